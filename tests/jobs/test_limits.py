"""What several people may ask of one machine, kept at the door of the queue."""

from __future__ import annotations

import concurrent.futures

import pytest

from explorer.core import access
from explorer.core.access import Person
from explorer.core.errors import AccessError, InputError
from explorer.jobs import queue
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.limits import EACH, HOURS, QUEUE
from tests.support.workbench import Workbench


@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Its `name` is that of whoever asks."""
    who = {"name": ""}
    monkeypatch.setattr(access, "_asking", lambda: Person(who["name"]))
    return who


def test_the_queue_takes_as_many_jobs_as_the_server_says(bench: Workbench) -> None:
    bench.env(QUEUE, "2")
    for seed in (1, 2):
        bench.submit(bench.request(seed=seed), start=False)
    with pytest.raises(AccessError, match=r"2 jobs run or wait on this server, .* at most 2"):
        bench.submit(bench.request(seed=3), start=False)
    joined = bench.submit(bench.request(seed=1), start=False)
    assert joined.active
    queue.cancel(joined.id)
    assert bench.submit(bench.request(seed=3), start=False).active


def test_of_many_at_once_no_more_get_in_than_there_is_room_for(bench: Workbench) -> None:
    bench.env(QUEUE, "3")

    def ask(seed: int) -> bool:
        try:
            return bench.submit(bench.request(seed=seed), start=False).active
        except AccessError:
            return False

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 3


def test_a_person_has_as_many_as_the_server_says_and_others_are_not_hindered(
    bench: Workbench, asks: dict[str, str]
) -> None:
    bench.env(EACH, "1")
    asks["name"] = "ada@lab.example"
    first = bench.submit(bench.request(seed=1), start=False)
    assert first.person == "ada@lab.example"
    with pytest.raises(AccessError, match=r"1 job of ada@lab\.example runs or waits, .* a person"):
        bench.submit(bench.request(seed=2), start=False)
    asks["name"] = "bob@lab.example"
    other = bench.submit(bench.request(seed=2), start=False)
    assert other.person == "bob@lab.example"
    queue.cancel(other.id)
    asks["name"] = "ada@lab.example"
    with pytest.raises(AccessError, match="a person"):
        queue.resume(other.id)
    stopped = queue.get(other.id)
    assert stopped is not None
    assert not stopped.active


def test_a_job_that_takes_too_long_is_refused_with_both_times(bench: Workbench) -> None:
    bench.env(HOURS, "0.0001")
    with pytest.raises(AccessError, match=r"would take about .* at most"):
        bench.submit(start=False)
    bench.env(HOURS, "1000")
    assert bench.submit(start=False).active


def test_a_job_whose_time_cannot_be_told_is_not_let_past_the_limit(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.env(HOURS, "1000")
    monkeypatch.setattr(type(EXTRACTION), "cost", lambda *_: None)
    with pytest.raises(AccessError, match="cannot be told beforehand"):
        bench.submit(start=False)
    assert queue.jobs() == []


@pytest.mark.parametrize("variable", [QUEUE, EACH, HOURS])
@pytest.mark.parametrize("value", ["many", "-1", "nan", "1e99"])
def test_a_limit_that_is_no_number_lets_nothing_in(
    bench: Workbench, variable: str, value: str
) -> None:
    bench.env(variable, value)
    with pytest.raises(InputError, match=f"{variable} is “{value}”"):
        bench.submit(start=False)
    assert queue.jobs() == []


def test_orders_of_before_say_nobody(bench: Workbench) -> None:
    job = bench.submit(start=False)
    path = bench.folder / "jobs" / job.id / "request.json"
    path.write_text(path.read_text().replace('"person": "", ', ""))
    again = queue.get(job.id)
    assert again is not None
    assert (again.person, again.kind) == ("", EXTRACTION)
