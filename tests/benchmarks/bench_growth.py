"""How time and memory grow with concepts, units and folds: prints one table, draws one
plot.

The whole engine runs on GPT-NeoX models of random weights that have 27,648 units a
layer (as many as Pythia-70m in all), with made-up sentences. Each point has a process
of its own, whose peak memory is read at its end; finished ones are kept in the cache
folder: an interrupted benchmark continues.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.core.request import RunRequest
from explorer.extract.engine import Extraction
from tests.benchmarks.machine import AnonymousMemory, Stopwatch, peak_bytes
from tests.benchmarks.report import PAGE, RESULTS, Runs, fresh_process, options, put_in_place, show
from tests.benchmarks.workload import UNITS_PER_LAYER, made_up, wide_model

NAME = "growth"
SENTENCES, POSITIVES, NEGATIVES = 30, 10, 50
Point = Mapping[str, int]
SWEEPS: dict[str, list[Point]] = {
    "concepts": [{"concepts": n, "layers": 1, "folds": 1} for n in (10, 40, 160, 640)],
    "units": [{"concepts": 10, "layers": n, "folds": 1} for n in (1, 6, 11, 60)],
    "folds": [{"concepts": 20, "layers": 6, "folds": n} for n in (1, 2, 4, 8)],
}
QUICK: dict[str, list[Point]] = {
    "concepts": [{"concepts": n, "layers": 1, "folds": 1} for n in (10, 20)],
    "units": [{"concepts": 10, "layers": n, "folds": 1} for n in (1, 2)],
    "folds": [{"concepts": 10, "layers": 1, "folds": n} for n in (1, 2)],
}


def point(concepts: int, layers: int, folds: int) -> dict[str, float]:
    """One extraction; seconds, bytes and counts."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPERT_EXPLORER_CACHE"] = folder
        probes = made_up(concepts, SENTENCES)
        checkpoint, small = (
            wide_model(Path(folder) / name, n) for name, n in (("model", layers), ("warm", 1))
        )
        sets = {"n_positive": POSITIVES, "n_negative": NEGATIVES, "folds": folds}
        warm = RunRequest(small, "made-up", probes.info.digest, probes.info.concepts[:2], 4, 8, 1)
        _extract(Extraction([warm], probes))
        extraction = Extraction(
            [RunRequest(checkpoint, "made-up", probes.info.digest, probes.info.concepts, **sets)],
            probes,
        )
        resident, anonymous = psutil.Process().memory_info().rss, AnonymousMemory.now()
        with Stopwatch() as watch, AnonymousMemory() as memory:
            _extract(extraction)
    peaks = {"peak": peak_bytes() - resident, "anonymous": memory.peak - anonymous}
    return {"wall": watch.wall, "cpu": watch.cpu, "sentences": extraction.n_sentences} | peaks


def _extract(extraction: Extraction) -> None:
    extraction.prepare()
    for _ in extraction.concepts():
        pass


def measure(sweeps: Mapping[str, Sequence[Point]], n_runs: int) -> dict[str, list[Runs]]:
    """Every run of every point that is missing, the points in turn."""
    known: dict[str, Runs] = {}
    for at in (at for points in sweeps.values() for at in points):
        known.setdefault(str(at), Runs(NAME, point=at))
    for number in range(n_runs):
        for at in (at for points in sweeps.values() for at in points):
            if len(known[str(at)].done) <= number:
                known[str(at)].add(fresh_process(__file__, **at))
    return {sweep: [known[str(at)] for at in points] for sweep, points in sweeps.items()}


def amount(sweep: str, at: Point) -> int:
    """What grows in a sweep."""
    return UNITS_PER_LAYER * at["layers"] if sweep == "units" else at[sweep]


def draw(
    sweeps: Mapping[str, Sequence[Point]], measured: Mapping[str, Sequence[Runs]], folder: Path
) -> None:
    """Time above memory, one column a sweep, as NAME.svg."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": NAME, "font.size": 9})
    figure, axes = pyplot.subplots(
        2, len(sweeps), figsize=(9, 5), sharex="col", layout="constrained"
    )
    for column, (sweep, points) in enumerate(sweeps.items()):
        x = [amount(sweep, at) for at in points]
        for line, (key, colour, label, scale) in enumerate(
            (
                ("cpu", "#0072B2", "CPU-seconds", 1.0),
                ("anonymous", "#D55E00", "peak memory above the model, GB", 1e9),
            )
        ):
            axis = axes[line][column]
            y = [[value / scale for value in runs.values(key)] for runs in measured[sweep]]
            axis.plot(x, [median(values) for values in y], "o-", color=colour, markersize=4)
            axis.fill_between(
                x, [min(v) for v in y], [max(v) for v in y], color=colour, alpha=0.2, linewidth=0
            )
            axis.set_ylim(0, 1.25 * max(map(max, y)))
            axis.set_xlim(0, None)
            axis.grid(alpha=0.3)
            axis.set_ylabel(label if column == 0 else "")
        axes[1][column].set_xlabel(sweep)
        axes[1][column].ticklabel_format(axis="x", style="plain")
        axes[1][column].xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes[1][column].locator_params(axis="x", nbins=4 if sweep == "units" else 5, integer=True)
    figure.savefig(folder / f"{NAME}.svg", metadata={"Date": None})


def rows(
    sweeps: Mapping[str, Sequence[Point]], measured: Mapping[str, Sequence[Runs]]
) -> list[list[str]]:
    """The table."""
    table = []
    for sweep, points in sweeps.items():
        for at, runs in zip(points, measured[sweep], strict=True):
            wall, cpu, peak, anonymous = (
                median(runs.values(key)) for key in ("wall", "cpu", "peak", "anonymous")
            )
            setting = [
                f"{at['concepts']:,}",
                f"{UNITS_PER_LAYER * at['layers']:,}",
                f"{at['folds']}",
            ]
            sentences = int(runs.done[0]["sentences"])
            times = [f"{wall:.1f}", f"{cpu:.1f}", f"{1e3 * cpu / sentences:.1f}"]
            table.append(
                [
                    sweep,
                    *setting,
                    f"{sentences:,}",
                    *times,
                    f"{anonymous / 1e9:.2f}",
                    f"{peak / 1e9:.2f}",
                ]
            )
    return table


def main() -> None:
    """Measure the three sweeps."""
    parser = options(__doc__, runs=5)
    parser.add_argument("--point", help="measure one point and print it as JSON")
    asked = parser.parse_args()
    if asked.point:
        print(json.dumps(point(**json.loads(asked.point))))
        return
    sweeps, n_runs = (QUICK, 1) if asked.quick else (SWEEPS, asked.runs)
    measured = measure(sweeps, n_runs)
    notes = [
        f"Random GPT-NeoX; {SENTENCES} made-up sentences a concept, N⁺ = {POSITIVES}, N⁻ = "
        f"{NEGATIVES}, so a pool of "
        f"{4 * NEGATIVES}; medians of {n_runs} runs, each in a process of its own.",
        "Time: forward passes, sort, AP; without loading. Memory: the peak above what the process "
        "holds with "
        "the model loaded; “resident” counts pages of the scratch file, which the system may drop.",
    ]
    columns = [
        "what grows",
        "concepts",
        "units",
        "folds",
        "sentences",
        "wall, s",
        "CPU-s",
        "CPU-ms a sentence",
    ]
    show(NAME, notes, [*columns, "memory, GB", "resident, GB"], rows(sweeps, measured), asked.save)
    if asked.save:
        draw(sweeps, measured, RESULTS)
        put_in_place(
            PAGE,
            f"{NAME}_plot",
            f"![Time and memory against concepts, units and folds](benchmarks/{NAME}.svg)",
        )


if __name__ == "__main__":
    main()
