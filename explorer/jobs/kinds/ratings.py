"""Human ratings as a job names them: keys of published data sets, paths of CSV
files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from explorer.core.errors import ExplorerError, InputError
from explorer.core.paths import full_path
from explorer.core.records import HumanPair
from explorer.probes import human as human_data
from explorer.probes import rated
from explorer.probes.datasets import DATASETS, DEFAULT
from explorer.probes.kept import keep_file

DEFAULT_HUMAN = DEFAULT
Tell = Callable[[str], None]


def checked_ratings(
    names: Sequence[str], tell: Tell = lambda _: None, concepts: Collection[str] = ()
) -> tuple[str, ...]:
    """The names, each once, files by their full path.

    Tells what of a file is left out or, with the concepts of a run, that none of its
    pairs is met. Raises InputError for a name that is neither a published data set nor
    a usable file, and for two files of one name.
    """
    found: dict[str, str] = {}
    for name in names:
        if name not in DATASETS and human_data.published_by(Path(name)):
            name = human_data.add(full_path(name))
        full = _absolute(name)
        if name not in DATASETS:
            if not name.lower().endswith(rated.COLUMNS.kinds):
                raise InputError(
                    f"There are no human ratings “{name}”.",
                    f"Known: {', '.join(DATASETS)}; or a CSV file.",
                )
            pairs = human_data.read_csv(Path(full), tell)
            if concepts and (sentence := rated.unmet(pairs, Path(full).stem, concepts)):
                tell(sentence)
        other = found.setdefault(_dataset(name), full)
        if other != full:
            raise InputError(
                f"Two files of ratings would be one data set “{_dataset(name)}”: {other} and "
                f"{full}.",
                "Rename one of them.",
            )
    return tuple(found.values())


def kept_ratings(names: Sequence[str]) -> tuple[str, ...]:
    """As `checked_ratings`, files as they are kept beside the runs: a job that waits
    still has the one that it was given, and runs that exist are compared with it.
    Raises ResourceError where a file cannot be kept.
    """
    known = DATASETS
    return tuple(
        name if name in known else str(keep_file(Path(name))) for name in checked_ratings(names)
    )


def collect_pairs(
    names: Sequence[str], concepts: Collection[str], tell: Tell
) -> tuple[list[HumanPair], dict[str, str]]:
    """Pairs of every data set that can be had, and data set → reason for those that
    cannot, or of which no pair is made of two of the concepts.
    """
    pairs: dict[str, list[HumanPair]] = {}
    skipped: dict[str, str] = {}
    for name in names:
        try:
            known = name in DATASETS
            if _dataset(name) in pairs:
                raise InputError("Ratings of this name are there already.", "Rename the file.")
            read = human_data.load if known else _read_file
            pairs[_dataset(name)] = read(name, tell)
        except ExplorerError as error:
            skipped[name] = str(error)
            tell(f"Human ratings skipped: {name}. {error}")
            continue
        if sentence := rated.unmet(pairs[_dataset(name)], _dataset(name), concepts):
            skipped[name] = sentence
            tell(sentence)
    return [pair for of_set in pairs.values() for pair in of_set], skipped


def _read_file(name: str, tell: Tell) -> list[HumanPair]:
    return human_data.read_csv(Path(name), tell)


def _dataset(name: str) -> str:
    return name if name in DATASETS else Path(name).stem


def _absolute(name: str) -> str:
    return name if name in DATASETS else str(full_path(name))
