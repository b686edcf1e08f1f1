"""A typed sentence: the concepts whose experts answer to its tokens, here and at other
checkpoints.
"""

from __future__ import annotations

import pandas as pd

from explorer.core.errors import ExplorerError, InputError
from explorer.core.records import RunInfo
from explorer.exhibits.exhibit import Column, Exhibit, Table, Tokens
from explorer.exhibits.needs import SENTENCE
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import Chosen, Option, Row
from explorer.figures.tokens import Shaded
from explorer.results import sentence as results
from explorer.results.view import View

WHOLE = "whole sentence"
_SHOWN, _COMPARED = 12, 8
_HOW = (
    "score: mean over at most 32 experts of highest AP, in standard deviations over tokens of "
    "negative sentences",
    "p: share of those tokens with as large a score",
    f"stands out: p ≤ {results.LEVEL:g}",
    "q: false discovery rate over all tokens and concepts (Benjamini & Hochberg)",
)


def tokens(view: View, *, text: str, token: str = WHOLE) -> Exhibit:
    """The sentence once a concept, shaded by what its experts answer."""
    table = results.answers(view, text)
    found = results.reading(view, text)
    assert found is not None
    rows = results.strongest(table, _position(table, token))
    first = rows[rows["stands"]].head(_SHOWN)
    shown = first if len(first) else rows.head(3)
    scores = {word: part["score"].to_numpy() for word, part in table.groupby("concept")}
    shaded = [
        Shaded(text, f"{row.concept} {row.score:.1f}", found.spans, scores[row.concept])
        for row in shown.itertuples()
    ]
    strongest = max(float(shown["score"].max()), 1.0)
    return Exhibit(
        name="sentence-tokens",
        title="Concepts that stand out, and where",
        lead=_lead(table, rows, token),
        tokens=Tokens(shaded, 0.0, strongest),
        caption=_caption(view, table),
        alt=f"“{text}”, shaded by the experts of {', '.join(shown['concept'])}.",
        filename="sentence-tokens",
        source=table,
    )


def concepts(view: View, *, text: str, token: str = WHOLE) -> Exhibit:
    """Every concept by what its experts answer to a token, or to the token where they
    answer most.
    """
    table = results.answers(view, text)
    rows = results.strongest(table, _position(table, token))
    return Exhibit(
        name="sentence-concepts",
        title="All concepts" if token == WHOLE else f"All concepts, token {token}",
        table=_table(rows, height=420),
        caption=_caption(view, table),
        alt=f"{len(rows)} concepts by what their experts answer to “{text}”.",
        filename="sentence-concepts",
        source=table,
        target=("concept",),
        opens="concepts",
    )


def checkpoints(view: View, *, text: str, token: str = WHOLE) -> Exhibit:
    """The same sentence at every checkpoint of the design at which it was read."""
    leading = results.strongest(results.answers(view, text), None)["concept"].head(_COMPARED)
    rows = []
    for run in compared(view):
        try:
            table = results.answers(view, text, run)
        except ExplorerError:
            continue
        own = results.strongest(table, _position(table, token, strict=False))
        own = own.set_index("concept")
        standing = int(own["stands"].sum())
        scores = {word: own["score"].get(word, float("nan")) for word in leading}
        rows.append({"run": run.id, "checkpoint": run.label, "stand out": standing, **scores})
    data = pd.DataFrame(rows)
    columns = (
        Column("checkpoint"),
        Column("stand out", "concepts that stand out", "integer"),
        *(Column(word, format="number", digits=1) for word in leading),
    )
    return Exhibit(
        name="sentence-checkpoints",
        title="The same sentence at other checkpoints",
        lead="Scores of the concepts that answer most here. A checkpoint has experts of its own.",
        table=Table(columns, data),
        caption=provenance(view.run, tau=view.tau, n=len(data), of="checkpoints", more=_HOW),
        alt=f"Scores at {len(data)} checkpoints: {', '.join(leading)}.",
        filename="sentence-checkpoints",
        source=data,
        target=("run",),
    )


def compared(view: View) -> tuple[RunInfo, ...]:
    """The checkpoints of a run's training and its untrained twin, itself first."""
    others = [*view.selection.checkpoints(view.run), *view.pair]
    return tuple({run.id: run for run in (view.run, *others)}.values())


def token_labels(view: View, text: str) -> tuple[str, ...]:
    """The tokens of a sentence that was read, as a control offers them."""
    found = results.reading(view, text)
    if found is None:
        return (WHOLE,)
    pieces = [text[start:end].strip() or "·" for start, end in found.spans]
    return (WHOLE, *(f"{place} {piece}" for place, piece in enumerate(pieces, 1)))


def _position(table: pd.DataFrame, token: str, *, strict: bool = True) -> int | None:
    """The place of a token in a sentence, from 1; None for the whole. Raises
    InputError.
    """
    if token == WHOLE:
        return None
    number = token.split(" ", 1)[0]
    last = int(table["position"].max())
    if number.isdecimal() and 1 <= int(number[:6]) <= last:
        return int(number)
    if not strict:
        return None
    raise InputError(f"token: got “{token[:40]}”.", f"The sentence has tokens 1 to {last}.")


def _lead(table: pd.DataFrame, rows: pd.DataFrame, token: str) -> str:
    standing = rows[rows["stands"]]
    where = "" if token == WHOLE else f" at token {token}"
    judged, found = len(table), int(table["stands"].sum())
    chance = (
        f"Of {judged:,} tokens × concepts {found:,} do; chance alone would give about "
        f"{judged * results.LEVEL:.1f}."
    )
    if standing.empty:
        return f"No concept stands out{where}; the nearest are shown. {chance}"
    words = ", ".join(standing["concept"].head(5))
    more = f" and {len(standing) - 5:,} more" if len(standing) > 5 else ""
    return f"{words}{more} stand{'s' * (len(standing) == 1)} out{where}. {chance}"


def _table(rows: pd.DataFrame, height: int | None = None) -> Table:
    columns = (
        Column("concept"),
        Column("score", format="number", digits=2),
        Column("token", "at token"),
        Column("p", format="p"),
        Column("stands", "stands out", "check", help="p is at most 0.001."),
        Column("q", format="p", help="False discovery rate over all tokens and concepts."),
        Column("experts", format="integer"),
    )
    return Table(columns, rows, height=height)


def _caption(view: View, table: pd.DataFrame) -> str:
    n = len(table)
    return provenance(view.run, tau=view.tau, n=n, of="tokens × concepts", more=_HOW)


def _tokens(view: View, chosen: Chosen) -> tuple[str, ...]:
    return token_labels(view, chosen["text"]) if chosen.get("text") else (WHOLE,)


def _texts(view: View, _: Chosen) -> tuple[str, ...]:
    return tuple(results.sentences_read(view))


TEXT = Option("text", "Sentence", _texts, follows=True, free=True)
_OPTIONS = (TEXT, Option("token", "At token", _tokens, follows=True))
ROWS = (
    Row(
        "sentence-tokens",
        "sentence",
        "A typed sentence, shaded by what the experts of concepts answer.",
        tokens,
        (SENTENCE,),
        _OPTIONS,
    ),
    Row(
        "sentence-concepts",
        "sentence",
        "Every concept by what its experts answer to a typed sentence.",
        concepts,
        (SENTENCE,),
        _OPTIONS,
    ),
    Row(
        "sentence-checkpoints",
        "sentence",
        "What the experts answer to the same sentence at other checkpoints.",
        checkpoints,
        (SENTENCE,),
        _OPTIONS,
    ),
)
