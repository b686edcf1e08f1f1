"""What a report rests on: methods, runs, commands, versions, and how to cite it."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from importlib import metadata, resources

from explorer import __version__
from explorer.core.records import RunInfo
from explorer.core.text import date
from explorer.figures.render.markup import escaped
from explorer.reports.citing import PAPER, TOOL
from explorer.reports.claims import Outcome
from explorer.reports.markdown import html_of
from explorer.reports.sections import Section, command_of

_MEASURING = ("numpy", "scipy", "pandas", "duckdb", "networkx", "plotly")
MARKS = {"equal": "✓", "differs": "✗", "cannot be recomputed": "?"}


def appendix_html(
    sections: Sequence[Section], runs: Sequence[RunInfo], outcomes: Sequence[Outcome]
) -> str:
    """The parts in their order, each under a heading."""
    parts = [
        ("Claims", _claims(outcomes)),
        ("Methods", html_of(_text("methods.md"), below=2)),
        ("Runs", _runs(runs)),
        ("Commands", _commands(sections)),
        ("Versions", _versions(runs)),
        ("To cite", _code(f"{TOOL}\n\n{PAPER}")),
    ]
    return "".join(f"<h2>{title}</h2>{body}" for title, body in parts if body)


def _claims(outcomes: Sequence[Outcome]) -> str:
    if not outcomes:
        return ""
    rows = ((f"{MARKS[o.status]} {o.status}", o.what, o.then, o.now or o.why) for o in outcomes)
    return "<p>Recomputed from the runs when this report was written.</p>" + table(
        ("", "claim", "stated", "recomputed"), rows
    )


def _runs(runs: Sequence[RunInfo]) -> str:
    groups: dict[tuple[str, ...], list[RunInfo]] = {}
    for run in runs:
        groups.setdefault(tuple(_design(run).values()), []).append(run)
    parts = []
    for members in groups.values():
        shared = _design(members[0]).items()
        facts = "".join(f"<dt>{name}</dt><dd>{escaped(value)}</dd>" for name, value in shared)
        rows = (
            (
                *(r.label, (r.commit or "–")[:12], r.id, f"{r.n_units:,}"),
                *(date(r.created), r.program or "–"),
            )
            for r in members
        )
        heads = ("checkpoint", "commit", "run", "units", "created", "program")
        parts.append(f"<dl>{facts}</dl>{table(heads, rows)}")
    return "".join(parts)


def _design(run: RunInfo) -> dict[str, str]:
    asked = run.request
    return {
        "probe set": f"{asked.probe_set}, sha256 {asked.probe_digest[:16]}…",
        "sentences by": ", ".join(run.sources),
        "concepts": f"{len(asked.concepts):,}",
        "N⁺": f"{asked.n_positive:,}",
        "N⁻": f"{asked.n_negative:,}",
        "folds": f"{asked.folds}, seed {asked.seed}",
        "pooling": f"{asked.pooled} over tokens",
        "dtype": asked.dtype,
        "AP stored above": f"{asked.ap_floor:g}",
    }


def _commands(sections: Sequence[Section]) -> str:
    lines = [
        f"# {part.label}\n{command_of(part.made.source, f'{part.name}.svg')}"
        for part in sections
        if part.made is not None and part.made.exhibit is not None
    ]
    lines.append(
        "# this document, from the TOML that it holds\n"
        "explorer report report.toml --out report.html"
    )
    lines.append("# every number in it again\nexplorer verify report.html")
    return _code("\n\n".join(lines))


def _versions(runs: Sequence[RunInfo]) -> str:
    here = {"Expert Explorer": __version__, "Python": platform.python_version()}
    here |= {name: metadata.version(name) for name in _MEASURING}
    measured = ", ".join(f"{name} {version}" for name, version in here.items())
    recorded = dict.fromkeys(
        ", ".join(f"{name} {version}" for name, version in sorted(run.versions.items()))
        for run in runs
    )
    told = "".join(f"<li>Extracted with {escaped(line)}</li>" for line in recorded if line)
    return f"<ul><li>Measured and drawn with {escaped(measured)}</li>{told}</ul>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts."""
    head = "".join(f'<th scope="col">{escaped(text)}</th>' for text in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escaped(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<div class="table" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
        "</div>"
    )


def _code(text: str) -> str:
    return f"<pre><code>{escaped(text)}</code></pre>"


def _text(name: str) -> str:
    return resources.files("explorer.reports").joinpath(name).read_text("utf-8")
