"""The numbers of a report again: equal, different, or not to be recomputed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.core.disk import check_regular, name_of, parse_table, read_text
from explorer.core.errors import InputError
from explorer.core.text import size
from explorer.reports.archive import PAGE
from explorer.reports.claims import Outcome, check_claims
from explorer.reports.hypotheses import found_by_key, judged
from explorer.reports.making import Made, make
from explorer.reports.numbers import Numbers, differences, numbers_from, numbers_of
from explorer.reports.page import RECORD, RECORD_VERSION, file_digest, section_digest
from explorer.reports.reading import LARGEST, parse_report
from explorer.reports.report import Report, Shown
from explorer.store.library import Library

MOST_BYTES = 100_000_000
"""Of an HTML file."""
_ISLAND = re.compile(r'<script type="application/json" id="record">(.*?)</script>', re.DOTALL)
_PARTS = re.compile(
    r'<(section|header) id="(block-\d{1,4}|hypotheses|appendix|heading)"[^>]*>(.*?)</\1>', re.DOTALL
)
_DRAWINGS = re.compile(
    r'<script type="application/json" id="drawing-(block-\d{1,4})">(.*?)</script>', re.DOTALL
)


@dataclass(frozen=True)
class Document:
    """What a file states."""

    report: Report
    sections: tuple[str, ...] = ()
    """Of its page; none in a TOML."""
    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    """Of its exhibits, by block; none in a TOML."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Run id → sha256 of its file."""
    hypotheses: Mapping[str, str] = field(default_factory=dict)
    """What was found, by plan and name."""
    edited: tuple[str, ...] = ()
    """Parts whose words or pictures are not those that were written."""


def read_document(path: Path) -> Document:
    """What an HTML, TOML or ZIP file of a report states. Raises InputError for anything
    else.
    """
    name, ending = name_of(path), path.suffix.lower()
    if ending == ".toml":
        return Document(parse_report(name, read_text(path, LARGEST)))
    if ending == ".html":
        return _of_page(name, read_text(path, MOST_BYTES))
    if ending == ".zip":
        return _of_page(f"{PAGE} in {name}", _page_in(path))
    raise InputError(f"{name} has an ending that no report has.", "Known: .html, .toml, .zip.")


def verify(document: Document, library: Library) -> list[Outcome]:
    """Every number of a document, recomputed from the runs at hand. Raises InputError
    where it states none.
    """
    outcomes = [
        Outcome(part, "differs", why="its words or its picture were changed after it was written")
        for part in document.edited
    ]
    outcomes += _files(document, library)
    for place, block in enumerate(document.report.blocks, 1):
        # A draft that was never written states no numbers of its exhibits.
        if isinstance(block, Shown) and (block.digest or document.sections):
            outcomes.append(_exhibit(f"block-{place}", block, document, library))
    outcomes += check_claims(document.report, library)
    outcomes += _hypotheses(document, library)
    if not outcomes:
        raise InputError(
            "This report states no numbers.",
            "Verify what `explorer report` writes, or state [[claims]].",
        )
    return outcomes


def _files(document: Document, library: Library) -> Iterator[Outcome]:
    """Runs whose file is not the one that the report was made of."""
    there = {run.id: run for run in library.runs()}
    for run_id, digest in document.files.items():
        if run_id in there:
            now = file_digest(there[run_id].path)
            if digest and now != digest:
                why = "its file is another than the one that the report was made of"
                yield Outcome(f"run {run_id}", "differs", digest[:16], now[:16], why)
        else:
            yield Outcome(f"run {run_id}", "cannot be recomputed", why=_lost(run_id, library))


def _hypotheses(document: Document, library: Library) -> Iterator[Outcome]:
    runs = [run for run in library.runs() if run.id in document.files]
    now = found_by_key(judged(document.report, runs, library))
    for key, then in document.hypotheses.items():
        what = f"hypothesis {key.partition(' ')[2]}"
        if key not in now:
            yield Outcome(what, "cannot be recomputed", then, why="no run at hand states it")
            continue
        found = now[key].number or now[key].why
        why = "" if found == then else f"it was {then} and is {found}"
        yield Outcome(what, "differs" if why else "equal", then, found, why)


def _lost(run_id: str, library: Library) -> str:
    refused = [why for path, why in library.broken() if path.stem == run_id]
    return " ".join([f"There is no finished run “{run_id}”.", *refused])


def _exhibit(name: str, block: Shown, document: Document, library: Library) -> Outcome:
    what = f"{name}: {block.source.exhibit}"
    then, digest = document.numbers.get(name), block.digest
    if then is None and not digest:
        return Outcome(what, "cannot be recomputed", why="the report states no numbers of it")
    made = make(block.source, library)
    if made.exhibit is None:
        return Outcome(what, "cannot be recomputed", why=_reason(block, made, library))
    now = numbers_of(made.exhibit.data)
    if then is None:
        equal = now.digest == digest
        why = "" if equal else "its numbers changed; the HTML of the report says which"
        return Outcome(what, "equal" if equal else "differs", digest, now.digest, why)
    told = differences(then, now)
    if digest and digest != then.digest:
        told.append("its digest in the report’s source is another")
    count = f"{then.n_rows:,} rows"
    return Outcome(what, "differs" if told else "equal", count, "", "; ".join(told))


def _reason(block: Shown, made: Made, library: Library) -> str:
    run_id = block.source.run
    lost = run_id and all(not run.id.startswith(run_id) for run in library.runs())
    return _lost(run_id, library) if lost else made.problem


def _page_in(path: Path) -> str:
    """The HTML of a ZIP that a report was written to."""
    name = name_of(path)
    check_regular(path)
    try:
        with zipfile.ZipFile(path) as packed:
            entry = packed.getinfo(PAGE)
            if entry.file_size > MOST_BYTES:
                raise InputError(f"{PAGE} in {name} is larger than {size(MOST_BYTES)}.")
            with packed.open(entry) as stream:
                content = stream.read(MOST_BYTES + 1)
        return content[:MOST_BYTES].decode("utf-8")
    except KeyError:
        raise InputError(f"{name} holds no {PAGE}.", "Give the ZIP of a report.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{PAGE} in {name} is no text in UTF-8.") from error
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{name} cannot be read as a ZIP: {error}.", "Write it again.") from error


def _of_page(name: str, html: str) -> Document:
    islands = _ISLAND.findall(html)
    if len(islands) != 1:
        raise InputError(
            f"{name} holds {len(islands)} records of a report, expected one.",
            "Give a file that `explorer report` or the Report page wrote.",
        )
    record = parse_table(islands[0])
    if record.get("kind") != RECORD or record.get("schema_version") != RECORD_VERSION:
        raise InputError(
            f"The record in {name} is “{str(record.get('kind'))[:40]}”, version "
            f"{str(record.get('schema_version'))[:20]}; this program reads “{RECORD}”, version "
            f"{RECORD_VERSION}.",
            "Update this program, or write the report again.",
        )
    source, sections, drawings, numbers, files = (
        _texts(name, record, key, kind)
        for key, kind in (
            ("report", str),
            ("sections", str),
            ("drawings", str),
            ("numbers", dict),
            ("files", str),
        )
    )
    hypotheses = _texts(name, {"hypotheses": {}, **record}, "hypotheses", str)
    return Document(
        parse_report(f"The source in {name}", source),
        tuple(sections),
        {part: numbers_from(table) for part, table in numbers.items()},
        files,
        hypotheses,
        tuple(_edited(html, sections, drawings)),
    )


def _texts(name: str, record: Mapping[str, Any], key: str, kind: type) -> Any:
    """A value of a record: a text, or a table of values of a kind."""
    value = record.get(key)
    if key == "report":
        good = isinstance(value, str)
    else:
        good = isinstance(value, dict) and all(isinstance(v, kind) for v in value.values())
    if not good:
        raise InputError(f"The record in {name} lacks {key}.", "Write the report again.")
    return value


def _edited(html: str, sections: Mapping[str, str], drawings: Mapping[str, str]) -> Iterator[str]:
    """Parts that stand otherwise than they were written, or were put in."""
    body = html.partition("<body>")[2]
    now = {part: section_digest(inside) for _, part, inside in _PARTS.findall(body)}
    yield from (part for part in {**sections, **now} if sections.get(part) != now.get(part))
    for part, text in _DRAWINGS.findall(body):
        if drawings.get(part) != section_digest(text):
            yield f"{part}, what its figure shows to the pointer"
