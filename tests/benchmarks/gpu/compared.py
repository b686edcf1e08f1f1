"""The same run on the processor and on the GPU: units, experts, average precision."""

from __future__ import annotations

import contextlib

import numpy as np

from explorer.core.request import Dtype
from explorer.extract.engine import Extraction
from explorer.models import builtin
from tests.benchmarks.gpu.asked import Answer, Asked, hidden
from tests.benchmarks.workload import bundled_request

TAU = 0.5
SETS = {"n_positive": 50, "n_negative": 100}
"""Small, since the processor must do it too."""
LEAST = 0.9
"""Median Jaccard similarity of a concept's experts on both devices, in float32: another
order of additions moves responses by some ulp, and what is near τ with them.
"""


def precisions(model: str, dtype: Dtype, asked: Asked, on_cpu: bool) -> np.ndarray:
    """AP of every unit, float32 (concepts, units)."""
    sets = {"n_positive": 10, "n_negative": 20} if asked.quick else SETS
    request, probes = bundled_request(
        model, 3 if asked.quick else 12, folds=1, dtype=dtype, ap_floor=0.0, **sets
    )
    with hidden() if on_cpu else contextlib.nullcontext():
        extraction = Extraction([request], probes)
        extraction.prepare()
        every = [result.aps[0] for (result,) in extraction.concepts()]
    return np.stack(every)


def jaccard(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Overlap of the experts of each concept; 1 where neither has any."""
    union = (a | b).sum(1)
    return np.where(union, (a & b).sum(1) / np.maximum(union, 1), 1.0)


def ask(asked: Asked) -> Answer:
    """Both dtypes on both devices, and both dtypes on the GPU."""
    columns = ["model", "compared", "units", f"experts at τ {TAU}"]
    columns += ["Jaccard, median (lowest)", "largest AP difference"]
    answer = Answer("One run, two devices", columns)
    models = ["tiny" if asked.quick else "pythia-70m"]
    if builtin.is_ready() and not asked.quick:
        models.append("built-in")
    here = asked.device.type
    for model in models:
        found = {
            (dtype, where): precisions(model, dtype, asked, where == "cpu")
            for dtype in ("float32", "bfloat16")
            for where in {"cpu", here}
        }
        pairs = [((dtype, "cpu"), (dtype, here)) for dtype in ("float32", "bfloat16")]
        pairs.append((("float32", here), ("bfloat16", here)))
        for one, two in pairs:
            _row(answer, model, one, two, found[one], found[two])
    return answer


def _row(
    answer: Answer,
    model: str,
    one: tuple[str, str],
    two: tuple[str, str],
    a: np.ndarray,
    b: np.ndarray,
) -> None:
    name = f"{' on '.join(one)}, {' on '.join(two)}"
    answer.demand(a.shape == b.shape, f"{model}, {name}: {a.shape} and {b.shape} units.")
    if a.shape != b.shape:
        return
    alike, apart = jaccard(a > TAU, b > TAU), float(np.abs(a - b).max())
    experts = int((a > TAU).sum()), int((b > TAU).sum())
    answer.add(
        (
            model,
            name,
            f"{a.shape[1]:,}",
            f"{experts[0]:,}, {experts[1]:,}",
            f"{np.median(alike):.3f} ({alike.min():.3f})",
            f"{apart:.1e}",
        ),
        model=model,
        compared=[list(one), list(two)],
        units=a.shape[1],
        experts=experts,
        jaccard=alike.tolist(),
        largest=apart,
    )
    if one[0] == two[0] == "float32":
        answer.demand(
            bool(np.median(alike) >= LEAST),
            f"{model}, {name}: half of the concepts share less than {LEAST} of their experts.",
        )
