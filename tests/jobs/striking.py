"""Every kind of work, struck dead at seeded random moments and asked for again: the
result must be that of an uninterrupted one, and nothing else may lie there.

`python tests/jobs/striking.py 100` makes a hundred kills, in turn over all kinds.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import pyarrow.parquet as pq

from explorer.store.library import Library
from explorer.store.queries import QUERIES
from tests.support.forked import CONTEXT, silence, take_fake_engine

_PASSING = (".locks", "log.txt", "jobs", "starts.txt", ".index.json", ".lock")


@dataclass(frozen=True)
class Work:
    """A command, and what of the environment it needs."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    late: bool = False
    """Whether it is struck when it is nearly done."""


def _carry_out(work: Work, folder: str) -> None:
    silence(os.devnull)
    os.environ.update(
        {
            "EXPERT_EXPLORER_CACHE": folder,
            "EXPERT_EXPLORER_DOWNLOADS": f"{folder}/downloads",
            "OMP_NUM_THREADS": "1",
            **work.environment,
        }
    )
    if "FAKE_SECONDS" in work.environment:
        take_fake_engine()
    from explorer import cli

    sys.exit(cli.main(work.arguments))


def carry_out(work: Work, folder: Path, seconds: float | None = None) -> int | None:
    """Exit code of the work in a cache folder; None where it was struck after so
    many seconds.
    """
    child = CONTEXT.Process(target=_carry_out, args=(work, str(folder)))
    child.start()
    child.join(seconds)
    struck = child.is_alive()
    if struck:
        child.kill()
    child.join()
    return None if struck else child.exitcode


def content(folder: Path) -> dict[str, Any]:
    """What lies in a cache folder: name → content, of run files and probe sets what
    they hold, of evidence and models that they are there.
    """
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_dir() or any(part in _PASSING for part in Path(name).parts):
            continue
        if name.startswith("probes/") and path.suffix == ".parquet":
            found[name] = pq.read_table(path).to_pydict()
        elif path.suffix == ".safetensors":
            found[name] = path.read_bytes()
        else:
            found[name] = ""
    library = Library(folder / "runs")
    for run in library.runs():
        for table in QUERIES:
            if table not in ("meta", "progress"):
                found[f"{run.id} {table}"] = library.export(run.id, table).to_csv()
    found["broken"] = library.broken()
    return found


class Bench:
    """A cache before the work, and what it is to be afterwards."""

    def __init__(self, work: Work, before: Path, scratch: Path) -> None:
        self.work, self._before, self._scratch = work, before, scratch
        whole = self._fresh()
        began = time.monotonic()
        code = carry_out(work, whole)
        self.seconds = time.monotonic() - began
        assert code == 0, f"{work.name} ended with {code}"
        self.expected = content(whole)
        shutil.rmtree(whole)

    def _fresh(self) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self._scratch)) / "cache"
        shutil.copytree(self._before, folder)
        return folder

    def strike(self, rng: random.Random) -> tuple[bool, str]:
        """Kill the work at a random moment and ask for it again: whether it was struck
        before its end, and what is wrong then, "" for nothing.
        """
        folder = self._fresh()
        moment = self.seconds * rng.uniform(0.8 if self.work.late else 0.02, 1.05)
        struck = carry_out(self.work, folder, moment) is None
        code = carry_out(self.work, folder)
        found = content(folder)
        shutil.rmtree(folder.parent)
        if code:
            return struck, f"after {moment:.3f} s: ended with {code}"
        wrong = [name for name in self.expected if found.get(name) != self.expected[name]]
        left = sorted(found.keys() - self.expected.keys())
        problem = f"after {moment:.3f} s: differs: {wrong}, left over: {left}"
        return struck, problem if wrong or left else ""


def benches(scratch: Path) -> list[Bench]:
    """One of every kind of work, each with a cache of its own."""
    from tests.jobs.struck_work import works

    return [Bench(work, before, scratch) for work, before in works(scratch)]


def strike_all(scratch: Path, n: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Strike `n` times, in turn over all kinds: kind → how often it was struck before
    its end, and what was wrong.
    """
    rng = random.Random(seed)
    every = benches(scratch)
    struck: Counter[str] = Counter({bench.work.name: 0 for bench in every})
    wrong = []
    for number in range(n):
        bench = every[number % len(every)]
        hit, problem = bench.strike(rng)
        struck[bench.work.name] += hit
        if problem:
            wrong.append(f"{bench.work.name} {problem}")
            print(wrong[-1], flush=True)
        if __name__ == "__main__":
            print(f"{number + 1}/{n} {bench.work.name} {'struck' if hit else 'done'}", flush=True)
    return struck, wrong


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        kills, faults = strike_all(Path(place), int(sys.argv[1]), seed=0)
    print(f"{sum(kills.values())} struck before the end {dict(kills)}; {len(faults)} faults")
    print("\n".join(faults))
