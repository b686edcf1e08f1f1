"""A cache of very many small runs, for what must stay fast however many there are.

Each is a copy of one real small file under the identity of another request: labelled by
its model's name, never shipped.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from explorer.core.checkpoint import Checkpoint
from explorer.core.request import RunRequest
from tests.support.fixtures import small_request, small_run

STEPS = (0, 1, 8, 64, 512, 1000, 2000, 4000, 8000, 16000, 36000, 72000, 143000)


def requests(n: int) -> Iterator[RunRequest]:
    """Models over their training in several designs, then sweeps of seeds; `n`
    requests.

    The first is the run that the others are copies of.
    """
    base = small_request()
    designs = itertools.product(range(200), ("a", "b", "c"), STEPS)
    every = itertools.chain(
        [base, dataclasses.replace(base, checkpoint=Checkpoint("built-in", random_init=0))],
        (
            dataclasses.replace(
                base, checkpoint=Checkpoint(f"synthetic/{size}", f"step{step}"), seed=seed
            )
            for seed, size, step in designs
        ),
    )
    return itertools.islice(every, n)


def many_runs(folder: Path, n: int) -> list[str]:
    """Write `n` runs into a folder; returns their ids."""
    source = small_run(folder)
    ids = []
    for request in requests(n):
        path = folder / f"{request.id}.duckdb"
        if not path.exists():
            shutil.copy(source, path)
            with duckdb.connect(str(path)) as con:
                entries = {"run_id": request.id, "request": json.loads(request.to_json())}
                for key, value in entries.items():
                    con.execute("UPDATE meta SET value = ? WHERE key = ?", [json.dumps(value), key])
        ids.append(request.id)
    return ids
