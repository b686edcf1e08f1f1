"""What else could explain an alignment: each confound held constant, and all."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import EXPERTS, OVERLAPS
from explorer.core.text import interval, rho
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import SWITCH, Chosen, Option, Row
from explorer.figures import confounds as figures
from explorer.probes.covariate import kept_values
from explorer.results import confounds as results
from explorer.results.confounds import EVERYTHING, NOTHING, own_name
from explorer.results.view import View

_COLUMNS = (
    Column("label", "Checkpoint"),
    Column("representation", "Similarity"),
    Column("held", "Held constant"),
    Column("value", "ρ [95% CI]"),
    Column("p", "p", format="p"),
    Column("p_holm", "p (Holm)", format="p"),
    Column("n", "pairs", format="integer"),
)

_TOKENS = "tokens: shared ones of the two words, sum and difference of their numbers"
_FEWEST = 20
"""Pairs from which on a partial correlation given so much says anything."""


def panel(view: View, *, covariate: str = "", tokens: str = SWITCH[0]) -> Exhibit:
    """Partial ρ of each representation given each confound, and given all."""
    held = tokens == SWITCH[1]
    table = results.confounds(view, covariate, tokens=held)
    labels = dict(zip(table["weights"], table["label"], strict=True))
    label = view.rated.label
    own = "concreteness not held: give values of your own"
    if covariate:
        own = f"{own_name(covariate)}: sum and difference of the two values"
    also = ", their tokens" * held + ", and your values" * bool(covariate)
    values = [f"{rho(r.rho)} {interval(r.low, r.high)}" for r in table.itertuples()]
    return Exhibit(
        name="confounds",
        title="Is it frequency, spelling, or the number of experts?",
        lead=f"{_told(table)} Held constant together are the words that the sentences share, how "
        "frequent the two words are, their letters, the parts of speech they can have, how many "
        f"experts they have{also}.",
        figure=figures.confounds(table, labels),
        table=Table(_COLUMNS, table.assign(value=values)),
        caption=provenance(
            view.pair,
            tau=view.experts,
            data=label,
            n=int(table["n"].max()),
            more=[
                "word frequency: in the sentences of the other concepts, sum and difference of "
                "the two logarithms",
                "spelling: shared letter trigrams",
                f"part of speech: shared ones of those a word can have{_as_nouns(view)}",
                "sizes: sum and difference of the logarithms of the numbers of experts",
                own,
                _of_tokens(view, held=held),
                "partial Spearman correlation (Conover 1999, section 5.4)",
                INTERVALS,
                "Holm over the rows of each run",
            ],
        ),
        alt=f"Alignment with {label}, confounds held constant. {_told(table)}",
        filename=f"alignment-confounds-{label}",
        source=table,
        notes=_notes(view, table, covariate),
    )


def _notes(view: View, table: pd.DataFrame, covariate: str) -> tuple[str, ...]:
    if not covariate:
        return tuple(table.loc[table["note"] != "", "note"].drop_duplicates())
    known, words, n = results.covered(view, covariate)
    left = "" if known == words else f" The rows that hold it have the {n:,} pairs with two values."
    return (
        f"{own_name(covariate)} has a value for {known:,} of {words:,} words of the rated "
        f"pairs.{left}",
    )


def _as_nouns(view: View) -> str:
    n = results.unknown_parts(view)
    known = "SPECIALIST Lexicon" + (f", {n:,} unknown to it taken for nouns" if n else "")
    return f" ({known})"


def _too_few(view: View, chosen: Chosen) -> str | None:
    own = chosen.get("covariate")
    if not own:
        return None
    known, words, n = results.covered(view, own)
    if n >= _FEWEST:
        return None
    return (
        f"{own_name(own)} has a value for {known:,} of {words:,} words of the rated pairs, and "
        f"{n:,} pairs have two: {_FEWEST} are needed. Give values for more words."
    )


def _covariates(_: View, __: Chosen) -> tuple[str, ...]:
    kept = kept_values()
    return ("", *kept) if kept else ()


def _of_tokens(view: View, *, held: bool) -> str:
    if held:
        return _TOKENS
    known = results.tokens_known(view)
    return "tokens not held" + ("" if known else f", not known: explorer tokens {view.run.id[:8]}")


def _known_tokens(view: View, _: Chosen) -> tuple[str, ...]:
    return SWITCH if results.tokens_known(view) else ()


def _told(table: pd.DataFrame) -> str:
    mine = table[(table["weights"] == "run") & (table["representation"] == EXPERTS)]
    raw, rest = (mine[mine["held"] == held].iloc[0] for held in (NOTHING, EVERYTHING))
    return (
        f"Of ρ = {rho(raw['rho'])} of the experts {rho(rest['rho'])} "
        f"{interval(rest['low'], rest['high'])} is left when everything is held constant."
    )


ROWS = (
    Row(
        "confounds",
        "alignment",
        "What is left of ρ given shared words, frequency, spelling, part of speech, set sizes.",
        panel,
        (RATINGS,),
        (
            Option("covariate", "Values of your own", _covariates, "Also held constant"),
            Option("tokens", "Tokens held too", _known_tokens, "How the tokenizer cuts the words."),
        ),
        _too_few,
        overlaps=OVERLAPS,
    ),
)
