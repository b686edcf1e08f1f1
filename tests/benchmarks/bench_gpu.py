"""What a GPU computes, and how fast: asks every question of `tests/benchmarks/gpu` and
prints its table; `make gpu-check` is the command.

It needs one CUDA card, the packages of `extraction`, no network, and less than ten
minutes. Without a card it says so and asks the same of tensors on the processor, as
small as they can be.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from types import ModuleType

import torch

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.core import settings
from explorer.core.errors import ExplorerError
from tests.benchmarks import machine, report
from tests.benchmarks.gpu import backoff, compared, passes, pools, precision, sentences
from tests.benchmarks.gpu.asked import Answer, Asked

QUESTIONS: tuple[ModuleType, ...] = (precision, pools, backoff, compared, passes, sentences)


def answers(asked: Asked) -> list[Answer]:
    """One a question, in their order; what goes wrong is a fault of that one."""
    found = []
    for question in QUESTIONS:
        began = time.perf_counter()
        try:
            answer: Answer = question.ask(asked)
        except ExplorerError as error:
            answer = Answer(question.__name__, (), faults=[f"{error.what} {error.hint}"])
        except Exception as error:  # noqa: BLE001 - one that fails must not hide the others
            traceback.print_exc()
            answer = Answer(question.__name__, (), faults=[f"{type(error).__name__}: {error}"])
        if asked.cuda:
            torch.cuda.empty_cache()
        print(f"{answer.title}: {time.perf_counter() - began:.0f} s", flush=True)
        found.append(answer)
    return found


def card() -> str:
    """The GPU in words."""
    if not torch.cuda.is_available():
        return "No CUDA GPU: tensors on the processor, small ones, which is no measurement"
    about = torch.cuda.get_device_properties(0)
    return f"{about.name}, {about.total_memory / 2**30:.0f} GiB, CUDA {torch.version.cuda}"


def write_down(found: list[Answer], about: str) -> Path:
    """All numbers as JSON."""
    path = settings.cache_dir() / "benchmarks" / "gpu.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "gpu": about,
        "machine": machine.describe(),
        "answers": {a.title: {"rows": a.numbers, "faults": a.faults} for a in found},
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")
    return path


def main() -> int:
    """Print one table a question; how many faults there are, at most 1."""
    options = report.options(__doc__, runs=1).parse_args()
    cuda = torch.cuda.is_available()
    asked = Asked(torch.device("cuda" if cuda else "cpu"), options.quick or not cuda)
    about = card()
    print(f"{about}.", flush=True)
    found = answers(asked)
    faults = [f"{answer.title}: {fault}" for answer in found for fault in answer.faults]
    verdict = "Everything is as it must be." if not faults else "Not as it must be: "
    report.show_all(
        "gpu",
        [f"{about}.", f"{verdict}{' '.join(faults)}"],
        [(answer.title, answer.columns, answer.rows) for answer in found if answer.rows],
        options.save and cuda,
    )
    print(f"All numbers: {write_down(found, about)}")
    return min(len(faults), 1)


if __name__ == "__main__":
    sys.exit(main())
