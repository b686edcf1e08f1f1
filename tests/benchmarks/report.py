"""How a benchmark is asked and how it answers: options, runs that outlive an
interruption, one table.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from explorer.core import settings
from tests.benchmarks import machine
from tests.support.marked import put_in_place

PROJECT = Path(__file__).parents[2]
RESULTS = PROJECT / "docs" / "benchmarks"
PAGE = PROJECT / "docs" / "benchmarks.md"


def options(description: str | None, runs: int) -> argparse.ArgumentParser:
    """The options that all benchmarks share."""
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--runs", type=int, default=runs, help=f"how often everything is measured ({runs})"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a minute at most, to see that it works; not a result"
    )
    parser.add_argument(
        "--save",
        action="store_true",
        help="also write docs/benchmarks.md and docs/benchmarks/NAME.csv",
    )
    return parser


class Runs:
    """Finished runs of one configuration, appended to a file as they end, so that a
    benchmark can continue.

    Runs of other code, of another machine or of other options are not used.
    """

    def __init__(self, name: str, **configuration: object) -> None:
        """`configuration`: what the numbers depend on besides the code and the
        machine.
        """
        self.path = settings.cache_dir() / "benchmarks" / f"{name}.jsonl"
        key = json.dumps(
            [configuration, machine.describe(), _sources(name)], sort_keys=True, default=str
        )
        self._key = hashlib.sha256(key.encode()).hexdigest()
        self.done: list[dict[str, float]] = []
        if self.path.exists():
            rows = [
                json.loads(line)
                for line in self.path.read_text("utf-8").splitlines()
                if line.endswith("}")
            ]
            self.done = [row["run"] for row in rows if row["key"] == self._key]

    def add(self, run: dict[str, float]) -> None:
        """Keep a finished run."""
        self.done.append(run)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": self._key, "run": run}) + "\n")

    def values(self, name: str) -> list[float]:
        """One measure over all runs."""
        return [run[name] for run in self.done]


def _sources(name: str) -> str:
    benchmarks = Path(__file__).parent
    room = sorted((PROJECT / "explorer" / "extract").glob("*.py"))
    digest = hashlib.sha256()
    for path in (*room, benchmarks / "workload.py", benchmarks / f"bench_{name}.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fresh_process(script: str, **point: object) -> dict[str, float]:
    """What `script --point JSON` prints last, as JSON; its own process, so that its
    peak memory is its own.
    """
    command = [sys.executable, script, "--point", json.dumps(point)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{Path(script).name} failed at {point}, status {done.returncode}.")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median, and lowest to highest."""
    low, middle, high = min(values), median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""A heading, or none, the columns and the rows."""


def show(
    name: str,
    notes: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    save: bool,
) -> None:
    """Print machine, notes and one Markdown table.

    With `save`, also write docs/benchmarks/NAME.csv and put the same text in its place
    in docs/benchmarks.md.
    """
    if save:
        RESULTS.mkdir(parents=True, exist_ok=True)
        with (RESULTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.writelines(f"# {line}\n" for line in (_about(), *notes))
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])
        print(f"Written: docs/benchmarks/{name}.csv")
    show_all(name, notes, [("", columns, rows)], save)


def show_all(name: str, notes: Sequence[str], tables: Sequence[Table], save: bool) -> None:
    """Print machine, notes and Markdown tables; with `save`, also put the text in its
    place in docs/benchmarks.md.
    """
    parts = [_about(), "\n".join(notes)]
    for title, columns, rows in tables:
        lines = ["| " + " | ".join(row) + " |" for row in (columns, *rows)]
        lines.insert(1, "|---|" + "---:|" * (len(columns) - 1))
        parts += [f"{title}:"] * bool(title) + ["\n".join(lines)]
    text = "\n\n".join(parts)
    print(f"\n{text}")
    if save and put_in_place(PAGE, name, text):
        print("\nWritten: docs/benchmarks.md")


def _about() -> str:
    return f"Machine: {machine.describe()}."
