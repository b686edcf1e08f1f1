"""Human ratings as a job names them: keys of published data sets, paths of CSV
files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from explorer.core.errors import ExplorerError, InputError
from explorer.core.records import HumanPair
from explorer.probes import human as human_data

DEFAULT_HUMAN = ("MEN", "SimLex-999", "WordSim-353")


def checked_ratings(names: Sequence[str]) -> tuple[str, ...]:
    """The names, files by their full path. Raises InputError for a name that is neither
    a published data set nor a usable CSV file.
    """
    for name in names:
        if name not in human_data.DATASETS:
            if not name.lower().endswith(".csv"):
                raise InputError(
                    f"There are no human ratings “{name}”.",
                    f"Known: {', '.join(human_data.DATASETS)}; or a CSV file.",
                )
            human_data.read_csv(Path(name).expanduser())
    return tuple(map(_absolute, names))


def collect_pairs(
    names: Sequence[str], tell: Callable[[str], None]
) -> tuple[list[HumanPair], dict[str, str]]:
    """Pairs of every data set that can be had, and data set → reason for those that
    cannot.
    """
    pairs: list[HumanPair] = []
    skipped: dict[str, str] = {}
    for name in names:
        try:
            known = name in human_data.DATASETS
            pairs += human_data.load(name) if known else human_data.read_csv(Path(name))
        except ExplorerError as error:
            skipped[name] = str(error)
            tell(f"Human ratings skipped: {name}. {error}")
    return pairs, skipped


def _absolute(name: str) -> str:
    return name if name in human_data.DATASETS else str(Path(name).expanduser().resolve())
