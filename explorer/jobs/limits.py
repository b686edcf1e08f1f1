"""How much may be asked of a machine that several people share: settings of its server,
kept at the door of the queue.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from explorer.core.access import Person
from explorer.core.errors import AccessError, InputError
from explorer.core.text import duration
from explorer.jobs.job import Job
from explorer.jobs.kind import Kind
from explorer.jobs.locks import lock

QUEUE = "EXPERT_EXPLORER_MOST_JOBS"
"""Of jobs that run or wait, all people together."""
EACH = "EXPERT_EXPLORER_MOST_JOBS_EACH"
"""The same for a person; people who do not log in count as one."""
HOURS = "EXPERT_EXPLORER_MOST_HOURS"
"""Estimated time of a job."""
_MOST = 10**6
Request = TypeVar("Request")


@contextlib.contextmanager
def room(
    kind: Kind[Request], request: Request, person: Person | None, jobs: Callable[[], list[Job]]
) -> Iterator[None]:
    """Put a job into the queue inside, while nobody else does. Raises AccessError where
    there is no room for it, InputError for a limit that is no number.

    person: who asks; None for what was let in already.
    """
    # What shares the machine with others, as the reader of sentences, costs little.
    if (
        person is None
        or not kind.exclusive(request)
        or not any(map(os.environ.get, (QUEUE, EACH, HOURS)))
    ):
        yield
        return
    _check_size(kind, request)
    with lock("limits"):
        _check_number([job for job in jobs() if job.active and job.exclusive], person)
        yield


def _check_number(active: Sequence[Job], person: Person) -> None:
    most, each = _limit(QUEUE), _limit(EACH)
    if most is not None and len(active) >= most:
        raise AccessError(
            f"{_counted(len(active))} on this server, and it takes at most {most:g}.",
            "Wait until one has ended, or cancel one.",
        )
    own = [job for job in active if job.person == person.name]
    if each is not None and len(own) >= each:
        whose = f"of {person.name}" if person.name else "of people who do not log in"
        raise AccessError(
            f"{_counted(len(own), whose)}, and this server takes at most {each:g} a person.",
            "Wait until one has ended, or cancel one.",
        )


def _check_size(kind: Kind[Request], request: Request) -> None:
    hours = _limit(HOURS)
    if hours is None:
        return
    cost = kind.cost(request)
    if cost is None:
        raise AccessError(
            f"This server takes jobs of at most {duration(3600 * hours)}, and how long this one "
            "takes cannot be told beforehand.",
            "Ask for its extractions one at a time, or have whoever runs the server start it.",
        )
    if cost.seconds > 3600 * hours:
        raise AccessError(
            f"This would take about {duration(cost.seconds)}, and this server takes jobs of at "
            f"most {duration(3600 * hours)}.",
            "Ask for fewer concepts, folds or sentences, or for a smaller model.",
        )


def _limit(variable: str) -> float | None:
    said = os.environ.get(variable, "").strip()
    if not said:
        return None
    try:
        number = float(said) if variable == HOURS else int(said)
    except ValueError:
        number = -1
    if not 0 <= number <= _MOST:
        raise InputError(
            f"{variable} is “{said[:40]}”, expected a number from 0 on, so no job is taken.",
            "Whoever runs this server writes a number.",
        )
    return number


def _counted(n: int, whose: str = "") -> str:
    jobs = " ".join(filter(None, [f"{n} job" if n == 1 else f"{n} jobs", whose]))
    return f"{jobs} runs or waits" if n == 1 else f"{jobs} run or wait"
