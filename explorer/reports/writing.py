"""Reports as TOML that people can read and change."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from explorer.core.header import header
from explorer.reports.report import KIND, VERSION, Claim, Report, Shown, Source, Words

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(report: Report) -> str:
    """The report as TOML, which `parse_report` reads back as the same value."""
    lines = [f"{key} = {_value(value)}" for key, value in _head(report).items()]
    for block in report.blocks:
        lines += ["", "[[blocks]]"]
        if isinstance(block, Words):
            lines.append(f"text = {_text(block.text)}")
        else:
            lines += _shown(block)
    for claim in report.claims:
        lines += ["", "[[claims]]", *_claim(claim)]
    return "\n".join(lines) + "\n"


def _head(report: Report) -> dict[str, object]:
    own = {"title": report.title, "authors": list(report.authors)}
    own |= {"date": report.date} if report.date else {}
    return {**header(KIND, VERSION), **own, "theme": report.theme}


def _shown(block: Shown) -> list[str]:
    lines = _source(block.source)
    if block.caption:
        lines.append(f"caption = {_text(block.caption)}")
    if block.digest:
        lines.append(f"digest = {_value(block.digest)}")
    return lines


def _claim(claim: Claim) -> list[str]:
    lines = [f"text = {_text(claim.text)}", *_source(claim.source)]
    lines += [f"where = {_table(claim.where)}", f"column = {_value(claim.column)}"]
    lines.append(f"value = {_value(claim.value)}")
    if claim.digits is not None:
        lines.append(f"digits = {claim.digits}")
    if claim.interval:
        lines.append(f"interval = {_value(list(claim.interval))}")
        lines += [f"low = {_value(claim.low)}", f"high = {_value(claim.high)}"]
    return lines


def _source(source: Source) -> list[str]:
    lines = [f"exhibit = {_value(source.exhibit)}"]
    lines += [f"{name} = {_value(value)}" for name, value in source.address.items()]
    if source.options:
        lines.append(f"options = {_table(source.options)}")
    return lines


def _table(table: Mapping[str, object]) -> str:
    entries = (
        f"{name if _BARE.fullmatch(name) else _value(name)} = {_value(value)}"
        for name, value in table.items()
    )
    return "{ " + ", ".join(entries) + " }" if table else "{}"


def _value(value: object) -> str:
    """A value; JSON has the same spelling but for DEL."""
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _text(text: str) -> str:
    """A text, over several lines where it has some."""
    if "\n" not in text:
        return _value(text)
    lines = (_value(line)[1:-1].replace('\\"', '"') for line in text.split("\n"))
    # Three in a row would end the text, and so would those before its end.
    body = re.sub(r'"(?="|\Z)', r'\\"', "\n".join(lines))
    return f'"""\n{body}"""'
