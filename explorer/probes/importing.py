"""Import sentences from CSV, JSON lines, JSON, Parquet or ml-selfcond's JSON; every
refusal names its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from explorer.core.disk import name_of
from explorer.core.errors import InputError
from explorer.core.records import Sentence
from explorer.probes import probe_set, selfcond
from explorer.probes.cleaning import fingerprint
from explorer.probes.reading import table
from explorer.probes.reading.columns import Columns, Record, Tell, cut
from explorer.probes.reading.jsonrows import whole
from explorer.probes.reading.text import reading, regular
from explorer.probes.storing import store
from explorer.probes.words import LONGEST, concept_name, contains, inflections

COLUMNS = Columns(("concept", "text"), ("source",), {"sentence": "text"})
_SENSES_SHOWN = 5


def import_file(
    path: Path,
    name: str,
    *,
    source: str = "",
    check_word: bool = True,
    replace: bool = False,
    tell: Tell = lambda _: None,
) -> probe_set.ProbeSetInfo:
    """Import a file as the probe set `name`.

    Columns: concept, text (or sentence), and optionally source, whatever their case; a
    folder or JSON file of ml-selfcond ({"concept", "sentences": {"positive",
    "negative"}}) gives its positives. replace: whether a probe set of this name with
    other sentences makes room, under another name. Raises InputError naming the rows
    that are unusable, or when the name is taken; ResourceError when the folder cannot
    be written. Nothing is written then.
    """
    probe_set.check_new(name)
    with reading(path, "Save it again as UTF-8 text or as Parquet."):
        rows, senses = _validate(path, _read(path, tell), source or path.name, check_word)
    if not rows:
        raise InputError(f"{name_of(path)} holds no sentence.", COLUMNS.expected)
    if senses:
        more = ", …" if len(senses) > _SENSES_SHOWN else ""
        shown = [f"{word} ({sense})" for word, sense in list(senses.items())[:_SENSES_SHOWN]]
        tell(f"The concept is the word before a sense of WordNet: {', '.join(shown)}{more}.")
    card = {"made_by": "import", "file": path.name} | ({"senses": senses} if senses else {})
    return store(name, rows, card, replace=replace, tell=tell)


def _validate(
    path: Path, records: Iterable[Record], source: str, check_word: bool
) -> tuple[list[Sentence], dict[str, str]]:
    """The sentences, and concept → sense where the file names senses of words."""
    kept: list[Sentence] = []
    faults = table.Faults()
    seen: dict[tuple[str, str], str] = {}
    senses = _Senses()
    for record in records:
        concept, text = (record.cells.get(name) or "" for name in COLUMNS.needed)
        concept, text = concept.strip(), text.strip()
        fault = record.fault or _fault(concept, text)
        if not fault:
            try:
                concept = concept_name(concept)
            except InputError as error:
                fault = error.what.rstrip(".")
        if fault := fault or senses.fault(concept, record.where):
            faults.add(record.where, fault)
            continue
        concept = senses.word(concept)
        mark = (concept, fingerprint(text))
        if mark in seen:
            faults.add(record.where, f"the same sentence as {seen[mark]}")
        elif check_word and not contains(text, inflections(concept)):
            faults.add(record.where, f"does not contain “{concept}”")
        else:
            said = (record.cells.get("source") or "").strip()
            kept.append(Sentence(concept, text, said or source))
        seen.setdefault(mark, record.where)
    faults.raise_any(path)
    return kept, senses.told


def _fault(concept: str, text: str) -> str:
    if not concept:
        return "no concept"
    if not text:
        return "no text"
    if len(concept) > LONGEST or len(concept.splitlines()) > 1:
        return f"“{cut(concept)}” is no concept: expected one of up to {LONGEST} characters"
    return ""


class _Senses:
    """Which sense of a word a file speaks of: one at most, since a concept is a
    word.
    """

    def __init__(self) -> None:
        self._met: dict[str, tuple[str, str]] = {}

    def fault(self, concept: str, where: str) -> str:
        """That another sense of the same word was met before."""
        word, sense = selfcond.sense_of(concept)
        other, first = self._met.setdefault(word, (sense, where))
        if other == sense:
            return ""
        return (
            f"“{word}” in the sense {sense or 'that is not told'}, but {first} has it in the "
            f"sense {other or 'that is not told'}; import each sense as a probe set of its own"
        )

    def word(self, concept: str) -> str:
        """The word of a concept that may say its sense."""
        return selfcond.sense_of(concept)[0]

    @property
    def told(self) -> dict[str, str]:
        """Word → sense, where one is said."""
        return {word: sense for word, (sense, _) in self._met.items() if sense}


def _read(path: Path, tell: Tell) -> Iterator[Record]:
    if path.is_dir():
        yield from selfcond.records(selfcond.folder(path, tell), COLUMNS, tell)
        return
    if table.kind_of(path) != ".json":
        yield from table.records(path, COLUMNS, tell)
        return
    content = whole(regular(path, COLUMNS.expected))
    if isinstance(content, list):
        yield from table.records(path, COLUMNS, tell, array=content)
    else:
        yield from selfcond.records([selfcond.entry_of(path, content)], COLUMNS, tell)
