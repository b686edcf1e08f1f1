"""What all generators of sentences share: the file that they resume from, and finishing
a probe set.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib.metadata
import itertools
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from explorer.core.disk import parse_table, read_bytes
from explorer.core.errors import Cancelled, InputError, SentencesError
from explorer.core.locking import Held, locked
from explorer.core.records import Sentence
from explorer.probes import probe_set
from explorer.probes.storing import store

Row = dict[str, str]
"""text and prompt name of a sentence."""
Progress = Callable[[int, int, str], None]
Tell = Callable[[str], None]
_SHOWN = 12
_LARGEST = 4_000_000_000
"""Bytes of the file; a probe set of a million sentences takes a tenth."""


class Partial:
    """Sentences of a probe set in the making: JSON lines, the maker's settings first,
    then a line an addition.

    Every addition is on disk before the next begins, so a killed process loses only
    what it was working on.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        self.path = path
        self._rows: dict[str, list[Row]] = defaultdict(list)
        self._facts: list[dict[str, Any]] = []
        self._additions: dict[str, int] = defaultdict(int)
        try:
            for entry in (entries := _entries(path, self._sound_lines())):
                if "settings" in entry:
                    _check_settings(entry["settings"], settings, path)
                else:
                    self._take(entry)
        except (KeyError, TypeError, AttributeError) as error:
            raise _damaged(path, error) from error
        if not entries:
            self._append({"settings": settings})

    def rows(self, concept: str) -> list[Row]:
        """The sentences of a concept so far."""
        return self._rows.get(concept, [])

    def additions(self, concept: str) -> int:
        """How many additions were made to a concept, empty ones included."""
        return self._additions[concept]

    def facts(self, name: str) -> list[Any]:
        """What the additions said under this name, in their order."""
        return [facts[name] for facts in self._facts if name in facts]

    def add(self, concept: str, rows: Sequence[Row], **facts: Any) -> None:
        """Keep sentences, and what is to be known about how they were had."""
        entry = {"concept": concept, "rows": list(rows), **facts}
        self._append(entry)
        self._take(entry)

    def _take(self, entry: dict[str, Any]) -> None:
        concept = entry["concept"]
        self._rows[concept] += entry["rows"]
        self._additions[concept] += 1
        self._facts.append(
            {name: value for name, value in entry.items() if name not in ("concept", "rows")}
        )

    def _append(self, entry: Mapping[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as sink:
            sink.write(json.dumps(entry, ensure_ascii=False) + "\n")
            sink.flush()
            os.fsync(sink.fileno())

    def _sound_lines(self) -> list[bytes]:
        """The lines of the file; one torn by a crash is cut off."""
        content = read_bytes(self.path, _LARGEST) if os.path.lexists(self.path) else b""
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self.path, whole)
        return content[:whole].splitlines()


def _entries(path: Path, lines: Iterable[bytes]) -> list[dict[str, Any]]:
    try:
        return [parse_table(line) for line in lines]
    except InputError as error:
        raise _damaged(path, error.what.rstrip(".")) from error


def _damaged(path: Path, why: object) -> InputError:
    return InputError(f"{path} is damaged: {why}.", "Delete it to begin this probe set anew.")


def _check_settings(got: Mapping[str, Any], settings: Mapping[str, Any], path: Path) -> None:
    """Refuse to mix sentences of two makers under one name."""
    for name, value in settings.items():
        if got.get(name) != value:
            was = "" if name == "prompts" else f" (it was {got.get(name)}, now {value})"
            raise InputError(
                f"This probe set was begun with another {name.replace('_', ' ')}{was}.",
                f"Go on with what it was begun with, choose another name, or delete {path}.",
            )


@contextlib.contextmanager
def begun(
    name: str, concepts: Sequence[str], target: int, settings: Mapping[str, Any]
) -> Iterator[Partial]:
    """The sentences there are of the probe set `name`, for its one maker at a time.

    Raises InputError for a bad name or list, for other settings than it was begun with,
    and while another process makes it.
    """
    check_wish(name, concepts, target)
    path = probe_set.path_of(name).with_suffix(".partial.jsonl")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with locked(path.parent / f".{name}.lock", 0):
            yield Partial(path, settings)
    except Held:
        raise InputError(
            f"Another process is making the probe set “{name}”.", "Wait for it, or stop it."
        ) from None


def check_wish(name: str, concepts: Sequence[str], target: int) -> None:
    """Raise InputError for a name or a list of concepts that no probe set can be made
    of.
    """
    probe_set.check_new(name)
    if not concepts or len(set(concepts)) < len(concepts) or target < 1:
        raise InputError(
            "Nothing to generate.",
            "Give at least one concept, each once, and at least one sentence.",
        )


def check_stopped(stopped: Callable[[], bool]) -> None:
    """Raise Cancelled when the user has asked to stop."""
    if stopped():
        raise Cancelled(
            "The generation was stopped.", "What is there is kept: the same command resumes."
        )


def there_already(
    name: str, concepts: Sequence[str], target: int, settings: Mapping[str, Any], tell: Tell
) -> probe_set.ProbeSetInfo | None:
    """The finished probe set, when exactly this was made before, and telling so."""
    check_wish(name, concepts, target)
    if not probe_set.path_of(name).exists():
        return None
    info = probe_set.load(name).info
    same = all(info.card.get(key) == value for key, value in settings.items())
    if not same or dict(info.sizes) != dict.fromkeys(concepts, target):
        return None
    tell(f"“{name}” is there already, made of exactly this.")
    return info


def by_turns(groups: Iterable[Iterable[Row]]) -> list[Row]:
    """The first of every group, then the second of every group, and so on: the head is
    as varied as the whole.
    """
    return [row for turn in itertools.zip_longest(*groups) for row in turn if row]


def finish(
    name: str,
    partial: Partial,
    concepts: Sequence[str],
    *,
    target: int,
    source: str,
    card: Mapping[str, Any],
    libraries: Sequence[str],
    tell: Tell,
) -> probe_set.ProbeSetInfo:
    """Store `target` sentences of every concept as the probe set `name`, its templates
    taking turns. Another one of this name is kept under a name that is told.

    Raises SentencesError naming the concepts that have too few; their sentences and the
    others' are kept.
    """
    short = [f"“{c}” {len(partial.rows(c)):,}" for c in concepts if len(partial.rows(c)) < target]
    if short:
        more = f" and {len(short) - _SHOWN} more" if len(short) > _SHOWN else ""
        raise SentencesError(
            f"{len(short)} of {len(concepts)} concepts have fewer than {target:,} usable "
            "sentences: "
            f"{', '.join(short[:_SHOWN])}{more}.",
            "All sentences are kept. Run again to try these again, with a lower target, or "
            "without these concepts.",
        )
    rows = []
    for concept in concepts:
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in partial.rows(concept):
            groups[row["prompt"]].append(row)
        chosen = by_turns(groups.values())[:target]
        rows += [Sentence(concept, row["text"], source, row["prompt"]) for row in chosen]
    versions = {
        library: importlib.metadata.version(library) for library in (*libraries, "lemminflect")
    }
    made = {"per_concept": target, "date": datetime.date.today().isoformat(), "versions": versions}
    info = store(name, rows, {**card, **made}, replace=True, tell=tell)
    partial.path.unlink()
    return info
