"""The reference procedure (ml-selfcond) against ours, same model, sentences and draws:
prints one table.

CPU time of all threads and child processes. The reference loads the model once per
concept; loading is shown apart and counts for neither side. Both must give the same AP.
Each finished run is kept in the cache folder: an interrupted benchmark continues.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.core.checkpoint import Checkpoint
from explorer.core.request import Pooling, RunRequest
from explorer.extract.engine import Extraction
from explorer.models import builtin
from explorer.probes.probe_set import ProbeSet
from explorer.probes.sampling import Plan, plan
from tests.benchmarks.machine import Stopwatch
from tests.benchmarks.reference import Reference
from tests.benchmarks.report import Runs, options, show, spread
from tests.benchmarks.workload import PYTHIA, bundled_request, small_model, with_weights
from tests.support.ap_oracle import ours

NAME = "reference"
STAGES = {"forward": "forward passes", "store": "writing and reading responses", "rank": "AP"}
OURS: dict[str, Pooling] = {
    "ours, pads pooled as there": "selfcond",
    "ours, as the product does by default": "max",
}


def texts(drawn: Plan, concept: str) -> tuple[list[str], list[str]]:
    """Negatives and positives of the concept's only fold."""
    positive, negative = drawn.draws[concept][0]
    return [drawn.sentences[i].text for i in negative], [drawn.sentences[i].text for i in positive]


def run_ours(
    asked: argparse.Namespace, pooling: Pooling
) -> tuple[dict[str, float], dict[str, np.ndarray], Extraction]:
    """Seconds, and AP of every unit of each concept where the pooling is that of the
    reference.
    """
    # Without a floor every unit's AP comes back, for the comparison; that only makes
    # ours slower.
    request, probes = ask(asked, pooling=pooling, ap_floor=0.0 if pooling == "selfcond" else 0.5)
    load, work = Stopwatch(), Stopwatch()
    with load:
        extraction = Extraction([request], probes)
    with work:
        extraction.prepare()
        results = [found for (found,) in extraction.concepts()]
    n_units = sum(module.width for module in extraction.modules)
    full = {result.concept: np.zeros(n_units) for result in results}
    for result in results:
        full[result.concept][result.units[0]] = result.aps[0]
    return {f"{pooling} cpu": work.cpu, f"{pooling} load": load.cpu}, full, extraction


def run_reference(
    asked: argparse.Namespace, drawn: Plan, ap: dict[str, np.ndarray], extraction: Extraction
) -> dict[str, float]:
    """Seconds of each stage for the first concepts, and how far AP is from ours."""
    folder = str(builtin.ensure()) if asked.model == builtin.NAME else asked.model
    with tempfile.TemporaryDirectory() as scratch:
        reference = Reference(folder, extraction.modules, Path(scratch))
        same, apart = 0.0, []
        for concept in list(drawn.draws)[: asked.reference_concepts]:
            negatives, positives = texts(drawn, concept)
            responses = reference.responses(negatives, positives)
            theirs = reference.average_precision(responses, len(negatives))
            scores = (
                np.concatenate([responses[module.name] for module in extraction.modules])
                .astype(np.float32)
                .T
            )
            same = max(
                same,
                np.abs(ours(scores[: len(negatives)], scores[len(negatives) :]) - theirs).max(),
            )
            apart.append(np.abs(ap[concept] - theirs))
    if same > 1e-6:
        raise SystemExit(f"AP of the same responses differs by {same}.")
    stages = {name: getattr(reference, name).cpu for name in ("load", "forward", "store", "rank")}
    gaps = np.concatenate(apart)
    return stages | {
        "same": float(same),
        "far": float((gaps > 1e-6).mean()),
        "farthest": float(gaps.max()),
    }


def ask(asked: argparse.Namespace, **changes: object) -> tuple[RunRequest, ProbeSet]:
    """The request of this benchmark: one fold."""
    sets = {"n_positive": asked.n_positive, "n_negative": asked.n_negative, "folds": 1}
    return bundled_request(asked.model, asked.concepts, **sets | changes)


def measure(asked: argparse.Namespace) -> Runs:
    """Every run that is missing."""
    request, probes = ask(asked)
    runs = Runs(NAME, request=request.to_json(), concepts=asked.reference_concepts)
    while len(runs.done) < asked.runs:
        mine, _, _ = run_ours(asked, "max")
        padded, ap, extraction = run_ours(asked, "selfcond")
        theirs = run_reference(asked, plan(request, probes.sentences), ap, extraction)
        runs.add(mine | padded | theirs)
    return runs


def staged(asked: argparse.Namespace, runs: Runs) -> dict[str, list[float]]:
    """Stage of the reference → CPU seconds of each run for all concepts; “whole” is all
    but loading.
    """
    scale = asked.concepts / asked.reference_concepts
    found = {name: [scale * value for value in runs.values(name)] for name in (*STAGES, "load")}
    return found | {
        "whole": [sum(parts) for parts in zip(*(found[name] for name in STAGES), strict=True)]
    }


def rows(asked: argparse.Namespace, runs: Runs) -> list[list[str]]:
    """The table: the reference, and ours with its pooling and with the default one."""
    times = staged(asked, runs)
    whole, load = times["whole"], f"{median(times['load']):.1f}"
    found = [
        [
            "reference procedure",
            f"{median(whole):.1f}",
            f"{median(whole) / asked.concepts:.2f}",
            "1",
            load,
        ]
    ]
    for title, pooling in OURS.items():
        mine, load = runs.values(f"{pooling} cpu"), f"{median(runs.values(f'{pooling} load')):.1f}"
        ratios = [a / b for a, b in zip(whole, mine, strict=True)]
        each = f"{median(mine) / asked.concepts:.2f}"
        found.append([title, f"{median(mine):.1f}", each, spread(ratios, 1), load])
    return found


def notes(asked: argparse.Namespace, runs: Runs) -> list[str]:
    """What was measured, where the reference spends its time, and how far the scores
    are apart.
    """
    scale, times = asked.concepts / asked.reference_concepts, staged(asked, runs)
    told = (
        ""
        if scale == 1
        else f", measured on {asked.reference_concepts} concepts and multiplied by {scale:g}"
    )
    label = (
        "/".join(Path(asked.model).parts[-2:])
        if Path(asked.model).is_dir()
        else Checkpoint(asked.model).label
    )
    return [
        f"{label}; {asked.concepts} concepts of the bundled probe set, N⁺ = {asked.n_positive}, "
        f"N⁻ = {asked.n_negative}, one fold; CPU-seconds, medians of {asked.runs} runs.",
        f"The reference{told}: "
        f"{', '.join(f'{what} {median(times[name]):.1f}' for name, what in STAGES.items())}.",
        f"AP of the same responses: at most {max(runs.values('same')):.0e} apart. From its own "
        "forward pass, with "
        f"batches of another shape: {max(runs.values('far')):.2%} of units more than 1e-6 apart, "
        "at most "
        f"{max(runs.values('farthest')):.3f}.",
    ]


def main() -> None:
    """Measure, compare, print."""
    parser = options(__doc__, runs=5)
    parser.add_argument(
        "--model", default="", help="built-in, a folder, or pythia-70m; else a small GPT-NeoX"
    )
    parser.add_argument("--concepts", type=int, default=20)
    parser.add_argument("--n-positive", type=int, default=100)
    parser.add_argument("--n-negative", type=int, default=500)
    parser.add_argument(
        "--reference-concepts", type=int, default=0, help="run the reference on this many only"
    )
    asked = parser.parse_args()
    name = f"{NAME}_{Checkpoint(asked.model).name}" if asked.model else NAME
    if asked.model in PYTHIA:
        asked.model = with_weights(asked.model)
    asked.model = asked.model or small_model()
    if asked.quick:
        asked.concepts, asked.n_positive, asked.n_negative, asked.runs, asked.reference_concepts = (
            3,
            4,
            8,
            1,
            1,
        )
    asked.reference_concepts = asked.reference_concepts or asked.concepts
    runs = measure(asked)
    columns = ["", "CPU-s", "per concept", "reference / this", "loading the model"]
    show(name, notes(asked, runs), columns, rows(asked, runs), asked.save)


if __name__ == "__main__":
    main()
