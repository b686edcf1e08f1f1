"""Flags that put values in place of a study's own."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from explorer.commands.parsing import listed
from explorer.core.errors import InputError
from explorer.core.request import DTYPES
from explorer.probes.words import concept_name
from explorer.studies.study import ModelRow, SourceRow, Study

_NO_RATINGS = ("", "none")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Describe the flags to the parser of a command about one study."""
    for flag, metavar, about in (
        ("--models", "A,B", "in place of the study's"),
        ("--revisions", "A,B", "of those models (main)"),
        ("--probes", "A,B", "probe sets, in place of the study's"),
        ("--concepts", "LIST", "all, domains, MEN:test, or words, in place of the study's"),
        ("--positives", "N,M", "N⁺ of the runs"),
        ("--negatives", "N,M", "N⁻ of the runs"),
        ("--human", "LIST", "ratings, CSV files too, or none"),
        ("--writers", "A,B", "models that write sentences, in place of the study's"),
        ("--endpoint", "URL", "where those models are served"),
    ):
        parser.add_argument(flag, metavar=metavar, help=about)
    for flag, about in (
        ("--pairs", "how many rated pairs; 0 for all"),
        ("--shards", "parts that each pass is cut into, computed apart and merged"),
        ("--folds", "independent draws"),
        ("--sentences", "to write for each concept, where a set is missing"),
    ):
        parser.add_argument(flag, type=int, metavar="N", help=about)
    parser.add_argument("--dtype", choices=DTYPES, help="of the weights")


def scaled(study: Study, options: argparse.Namespace) -> Study:
    """The study with the values of the flags that were given. Raises InputError."""
    given = {name: value for name, value in vars(options).items() if value is not None}
    if "revisions" in given and "models" not in given:
        raise InputError("--revisions needs --models.", "Name the models whose revisions they are.")
    changes: dict[str, Any] = {
        name: given[name] for name in ("folds", "pairs", "dtype", "shards") if name in given
    }
    for flag, (name, read) in _READERS.items():
        if flag in given:
            changes[name] = read(flag, given)
    probe_sets = changes.get("probe_sets", study.probe_sets)
    return dataclasses.replace(study, **changes, sources=_sources(study, given, probe_sets))


def _models(flag: str, given: dict[str, Any]) -> tuple[ModelRow, ...]:
    revisions = listed(given.get("revisions", "main"))
    return tuple(ModelRow(name, revisions) for name in listed(given[flag]))


def _concepts(flag: str, given: dict[str, Any]) -> str | tuple[str, ...]:
    """Several words, or one name such as "all" or "MEN:test"."""
    words = listed(given[flag])
    if len(words) < 2:
        return str(given[flag]).strip()
    return tuple(dict.fromkeys(map(concept_name, words)))


def _numbers(flag: str, given: dict[str, Any]) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in given[flag].split(","))
    except ValueError as error:
        raise InputError(
            f"--{flag}: got “{given[flag]}”.", "Expected whole numbers separated by commas."
        ) from error


_READERS: dict[str, tuple[str, Any]] = {
    "models": ("models", _models),
    "probes": ("probe_sets", lambda flag, given: listed(given[flag])),
    "concepts": ("concepts", _concepts),
    "positives": ("n_positive", _numbers),
    "negatives": ("n_negative", _numbers),
    "human": ("human", lambda flag, given: listed(given[flag], without=_NO_RATINGS)),
}
"""Flag → field of a study, and how its text becomes the value."""


def _sources(
    study: Study, given: dict[str, Any], probe_sets: tuple[str, ...]
) -> tuple[SourceRow, ...]:
    """Who writes the probe sets: the study's rows with what the flags say instead."""
    rows = [row for row in study.sources if row.probe_set in probe_sets]
    writers = listed(given.get("writers"))
    if writers and len(writers) not in (1, len(rows)):
        raise InputError(
            f"--writers: got {len(writers)} models for {len(rows)} probe sets that are written.",
            "Name one for all, or one for each.",
        )
    shared = {name: given[name] for name in ("endpoint", "sentences") if name in given}
    return tuple(
        dataclasses.replace(row, **_writer(writers, number) | shared)
        for number, row in enumerate(rows)
    )


def _writer(writers: tuple[str, ...], number: int) -> dict[str, Any]:
    if not writers:
        return {}
    return {"model": writers[number % len(writers)], "corpus": "", "endpoint": ""}
