"""A whole extraction against the bare forward pass of the same batches: prints one
table.

The whole is everything the engine does once the model is loaded: drawing the sets,
tokenising, forwarding with pooling hooks, sorting the pool, average precision,
embeddings. The bare pass calls the base model on the same batches in the same order,
without hooks, in the same process. The two alternate piece by piece (the pool, then
each concept), so that noise of the machine reaches both alike. Each finished run is
kept in the cache folder: an interrupted benchmark continues.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.core.records import ConceptResult
from explorer.core.request import DTYPES, RunRequest
from explorer.extract.engine import Extraction
from explorer.probes.probe_set import ProbeSet
from explorer.probes.sampling import plan
from explorer.store.run.write import RunWriter
from tests.benchmarks.machine import Stopwatch
from tests.benchmarks.report import Runs, options, show, spread
from tests.benchmarks.workload import bundled_request

NAME = "end_to_end"
Batch = dict[str, Any]


@contextmanager
def listening(model: Any, heard: list[Batch], inside: Stopwatch) -> Iterator[None]:
    """While open, keep what the base model is called with, and time its calls."""

    def before(_model: Any, _inputs: Any, named: Batch) -> None:
        heard.append(named)
        inside.__enter__()

    def after(*_: Any) -> None:
        inside.__exit__(None, None, None)

    handles = [
        model.base_model.register_forward_pre_hook(before, with_kwargs=True),
        model.base_model.register_forward_hook(after),
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@torch.inference_mode()
def forward_only(model: Any, batches: Sequence[Batch]) -> None:
    """The bare forward pass."""
    for named in batches:
        model.base_model(**named)
    finish()


def finish() -> None:
    """Wait for what a GPU still works on, which belongs to the piece that began it."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


class Measurement:
    """One run: a whole extraction, and the bare pass beside it, piece by piece."""

    def __init__(self, request: RunRequest, probes: ProbeSet, known: list[list[Batch]]) -> None:
        """`known`: the batches of each piece where an earlier run heard them; then the
        bare pass goes first.
        """
        self.whole, self.bare, self.inside, self.file = (Stopwatch() for _ in range(4))
        self.heard: list[list[Batch]] = []
        with self.whole:
            plan(request, probes.sentences)
        self._extraction = Extraction([request], probes)
        self._known = known

    def run(self, folder: Path) -> dict[str, float]:
        """Seconds of each part; the run file is written to `folder`."""
        found, cell = self._extraction, self._extraction.cells[0]
        concepts = found.concepts()
        self._piece(found.prepare)
        with self.file:
            writer = RunWriter(
                folder,
                cell.request,
                found.modules,
                cell.sentences,
                cell.draws,
                [],
                {"commit": None},
            )
        with writer:
            for _ in cell.request.concepts:
                results: list[ConceptResult] = self._piece(lambda: next(concepts))
                with self.file:
                    writer.write_concept(results[0])
            with self.file:
                writer.finish({})
        parts = {"whole": self.whole, "bare": self.bare, "inside": self.inside, "file": self.file}
        times = {
            f"{name} {clock}": getattr(part, clock)
            for name, part in parts.items()
            for clock in ("wall", "cpu")
        }
        return times | {"sentences": found.n_sentences}

    def _piece(self, work: Any) -> Any:
        model = self._extraction.loaded.model
        heard: list[Any] = []
        known = self._known[len(self.heard)] if self._known else None
        if known is not None:
            with self.bare:
                forward_only(model, known)
        with listening(model, heard, self.inside), self.whole:
            result = work()
            finish()
        if known is None:
            with self.bare:
                forward_only(model, heard)
        elif [b["input_ids"].shape for b in known] != [b["input_ids"].shape for b in heard]:
            raise SystemExit("The batches of this run differ from those of the run before.")
        self.heard.append(heard)
        return result


def measure(request: RunRequest, probes: ProbeSet, n_runs: int) -> Runs:
    """Every run that is missing."""
    runs = Runs(
        NAME, request=request.to_json(), sentences={len(rows) for rows in probes.sentences.values()}
    )
    known: list[list[Batch]] = []
    warm = replace(request, concepts=request.concepts[:2], n_positive=4, n_negative=8)
    with tempfile.TemporaryDirectory() as folder:
        if len(runs.done) < n_runs:
            Measurement(warm, probes, []).run(Path(folder))
        while len(runs.done) < n_runs:
            measurement = Measurement(request, probes, known if len(runs.done) % 2 else [])
            runs.add(measurement.run(Path(folder)))
            known = measurement.heard
            for path in Path(folder).iterdir():
                path.unlink()
    return runs


def rows(folds: int, runs: Runs) -> list[list[str]]:
    """The table's rows of one number of folds."""
    found = []
    for clock in ("wall", "cpu"):
        whole, bare, inside, file = (
            runs.values(f"{part} {clock}") for part in ("whole", "bare", "inside", "file")
        )
        ratios = [a / b for a, b in zip(whole, bare, strict=True)]
        with_file = [(a + c) / b for a, b, c in zip(whole, bare, file, strict=True)]
        found.append(
            [
                f"{folds} fold{'s' * (folds > 1)}, {clock if clock == 'wall' else 'CPU'}",
                f"{runs.done[0]['sentences']:,}",
                f"{median(bare):.1f}",
                f"{median(whole):.1f}",
                f"{median(inside):.1f}",
                spread(ratios, 3),
                f"{median(file):.1f}",
                f"{median(with_file):.3f}",
            ]
        )
    return found


def main() -> None:
    """Measure one fold and eight."""
    parser = options(__doc__, runs=5)
    parser.add_argument(
        "--model",
        default="built-in",
        help="built-in, a folder, pythia-70m, pythia-1b or pythia-1.4b",
    )
    parser.add_argument("--dtype", choices=DTYPES, default="float32")
    parser.add_argument("--concepts", type=int, default=40)
    parser.add_argument("--folds", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--sentences", type=int, default=130, help="of each concept; 0: all (130)")
    asked = parser.parse_args()
    sets = {"n_positive": 100, "n_negative": 500}
    if asked.quick:
        asked.concepts, asked.runs, sets = 3, 2, {"n_positive": 4, "n_negative": 6}
    table = []
    for folds in asked.folds:
        request, probes = bundled_request(
            asked.model, asked.concepts, asked.sentences, folds=folds, dtype=asked.dtype, **sets
        )
        runs = measure(request, probes, asked.runs)
        table += rows(folds, runs)
    notes = [
        f"{request.checkpoint.label}, {asked.dtype}; {asked.concepts} concepts of the bundled "
        "probe set, "
        f"{asked.sentences or 'all'} sentences each, "
        f"N⁺ = {request.n_positive}, N⁻ = {request.n_negative};",
        f"medians of {asked.runs} runs in seconds, ratios with lowest–highest; “in the model”: "
        "its forward calls "
        "with the pooling hooks.",
    ]
    columns = [
        "",
        "sentences",
        "bare pass",
        "whole",
        "in the model",
        "whole / bare",
        "run file",
        "with file / bare",
    ]
    plain = asked.model == "built-in" and asked.dtype == "float32"
    name = NAME if plain else f"{NAME}_{request.checkpoint.name}_{asked.dtype}"
    show(name, notes, columns, table, asked.save)


if __name__ == "__main__":
    main()
