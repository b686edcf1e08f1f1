"""What the extraction form starts from."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.probes.probe_set import ProbeSetInfo

QUICK_CONCEPTS = 8
QUICK_DOMAINS = ("color", "clothing")
"""Of the bundled domains, the two whose concepts have most human-rated pairs among
themselves.
"""


@dataclass(frozen=True)
class Preset:
    """Sizes of an extraction, and over how many concepts (None: all of the probe
    set).
    """

    name: str
    text: str
    n_concepts: int | None
    n_positive: int
    n_negative: int
    folds: int


QUICK = Preset(
    "Quick look",
    "8 concepts of two domains, 2 folds: minutes on a laptop",
    QUICK_CONCEPTS,
    40,
    80,
    2,
)
FULL = Preset(
    "Full",
    "Every concept of the probe set, 4 folds: what results should rest on",
    None,
    100,
    500,
    4,
)
PAPER = Preset(
    "As in the paper", "N⁺ 400, N⁻ 1,000, 8 folds; needs large pools and time", None, 400, 1000, 8
)
PRESETS = {preset.name: preset for preset in (QUICK, FULL, PAPER)}


def quick_concepts(info: ProbeSetInfo, n: int = QUICK_CONCEPTS) -> list[str]:
    """The first n concepts, whole domains first, so that there is structure to see."""
    by_domain: dict[str, list[str]] = {}
    for word in info.concepts:
        if word in info.domains:
            by_domain.setdefault(info.domains[word], []).append(word)
    names = sorted(
        by_domain,
        key=lambda name: QUICK_DOMAINS.index(name) if name in QUICK_DOMAINS else len(QUICK_DOMAINS),
    )
    ordered = [word for name in names if len(by_domain[name]) > 1 for word in by_domain[name]]
    return [*ordered, *(word for word in info.concepts if word not in ordered)][:n]


def concepts_of(preset: Preset, info: ProbeSetInfo) -> list[str]:
    """The concepts a preset extracts from a probe set."""
    return (
        list(info.concepts)
        if preset.n_concepts is None
        else quick_concepts(info, preset.n_concepts)
    )
