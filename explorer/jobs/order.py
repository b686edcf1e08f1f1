"""The order of a job, `request.json`: which kind of work, and exactly what."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from explorer import __version__
from explorer.core.disk import read_table
from explorer.core.errors import ExplorerError
from explorer.core.place import LOCAL, Place, place_of
from explorer.jobs import kinds
from explorer.jobs.kind import Kind

SCHEMA = 2
"""Of `request.json`. Version 1 said neither kind nor version: it was an extraction."""

_LONGEST_NAME = 320
"""Letters of an e-mail address."""


@dataclass(frozen=True)
class Order:
    """What a job is to do."""

    kind: Kind[Any]
    request: Any
    created: datetime.datetime
    restarts: int = 0
    parents: tuple[str, ...] = ()
    """Ids of the jobs that this one came from; none when a person asked."""
    person: str = ""
    """Who asked, by the address of their login; "" where nobody logs in."""
    place: Place = LOCAL
    """Where it runs; no part of what it is."""


@dataclass(frozen=True)
class Unreadable:
    """An order that cannot be carried out: its file is damaged, or of a kind or version
    that this program does not know.
    """

    state: Literal["damaged", "unknown"]
    what: str
    hint: str
    created: datetime.datetime


def written(job_id: str, order: Order) -> dict[str, Any]:
    """An order as JSON."""
    place = {} if order.place.is_local else {"place": order.place.to_table()}
    return {
        "kind": order.kind.name,
        "schema": SCHEMA,
        "program": __version__,
        "parents": order.parents,
        "id": job_id,
        "created": order.created.isoformat(),
        "restarts": order.restarts,
        "person": order.person,
        **place,
        "request": order.kind.write(order.request),
    }


def read_order(path: Path) -> Order | Unreadable:
    """The order of a file, of this version or the last."""
    try:
        fields = read_table(path)
        if unknown := _unknown(path, fields):
            return unknown
        if str(fields.get("id", path.parent.name)) != path.parent.name:
            return _unreadable(path, f"it is a copy of the job {str(fields['id'])[:60]}")
        kind, request = kinds.read_request(fields)
        # What cannot say what it is would take down every list that it stands in.
        for tell in (kind.title, kind.summary, kind.exclusive):
            tell(request)
        return Order(
            kind,
            request,
            _aware(datetime.datetime.fromisoformat(fields["created"])),
            int(fields["restarts"]),
            tuple(map(str, fields.get("parents", ()))),
            str(fields.get("person", ""))[:_LONGEST_NAME],
            place_of(fields.get("place", {})),
        )
    except LookupError as error:
        return _unreadable(path, f"it does not say {error}")
    except (ExplorerError, AttributeError, OSError, TypeError, ValueError, OverflowError) as error:
        return _unreadable(path, str(error).rstrip("."))


def _unreadable(path: Path, reason: str) -> Unreadable:
    return Unreadable(
        "damaged",
        f"The order of this job, {path.parent.name}/{path.name}, cannot be read: {reason}.",
        "Remove the job and submit it again; no run is touched.",
        _written_at(path),
    )


def _unknown(path: Path, fields: Mapping[str, Any]) -> Unreadable | None:
    name, schema = str(fields.get("kind", ""))[:60], fields.get("schema", 1)
    program = str(fields.get("program", "another version"))[:60]
    if "kind" in fields and kinds.kind_named(name) is None:
        what = f"This program ({__version__}) knows no jobs of the kind “{name}”"
    elif isinstance(schema, int) and schema > SCHEMA:
        what = f"This job is written in a newer form ({schema}) than this program reads ({SCHEMA})"
    else:
        return None
    return Unreadable(
        "unknown",
        f"{what}; it comes from {program}.",
        "Watch it with the program that submitted it.",
        _written_at(path),
    )


def _written_at(path: Path) -> datetime.datetime:
    try:
        seconds = path.stat().st_mtime
    except OSError:
        seconds = 0.0
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _aware(moment: datetime.datetime) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
