"""The kinds of jobs there are: the one table that the queue, the worker, the page and
the command line read.

`EXPERT_EXPLORER_KINDS=package.module:NAME` adds kinds of one's own, several separated
by commas. Only the environment may name them: nothing in a job's folder says what to
import.
"""

from __future__ import annotations

import functools
import importlib
import os
from collections.abc import Mapping
from typing import Any

from explorer.core.errors import InputError
from explorer.jobs.kind import Kind
from explorer.jobs.kinds.evidence import EVIDENCE
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.reader import READER
from explorer.jobs.kinds.sentences import SENTENCES
from explorer.jobs.kinds.shard import SHARD
from explorer.jobs.kinds.study import STUDY
from explorer.jobs.kinds.training import TRAINING

VARIABLE = "EXPERT_EXPLORER_KINDS"
KINDS: dict[str, Kind[Any]] = {
    kind.name: kind for kind in (EXTRACTION, SHARD, STUDY, SENTENCES, TRAINING, EVIDENCE, READER)
}


def all_kinds() -> list[Kind[Any]]:
    """The kinds of the table, then those that the environment adds. Raises InputError
    when one of these cannot be imported.
    """
    return [*KINDS.values(), *_added(os.environ.get(VARIABLE, ""))]


def kind_named(name: str) -> Kind[Any] | None:
    """The kind of this name; None when this program does not know it."""
    return next((kind for kind in all_kinds() if kind.name == name), None)


def read_request(fields: Mapping[str, Any]) -> tuple[Kind[Any], Any]:
    """Kind and request of an order. The last version, which named no kind, knew
    extractions only.

    Raises InputError, KeyError, TypeError or ValueError when there is none in it.
    """
    if "kind" not in fields:
        requests = [fields["request"], *fields.get("also", ())]
        return EXTRACTION, EXTRACTION.read({"requests": requests, "human": fields["human"]})
    kind = kind_named(fields["kind"])
    if kind is None:
        raise InputError(f"There are no jobs of the kind “{fields['kind']}”.")
    return kind, kind.read(fields["request"])


@functools.lru_cache(maxsize=8)
def _added(named: str) -> tuple[Kind[Any], ...]:
    return tuple(_imported(entry.strip()) for entry in named.split(",") if entry.strip())


def _imported(entry: str) -> Kind[Any]:
    module, _, name = entry.partition(":")
    try:
        kind = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"{VARIABLE}: {entry} cannot be imported: {error}.",
            "Expected package.module:NAME of an object that this Python can import.",
        ) from error
    if not isinstance(kind, Kind):
        raise InputError(f"{VARIABLE}: {entry} is no kind of job.", "Expected an object of Kind.")
    return kind
