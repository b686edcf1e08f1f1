"""Every state that Slurm tells is a plain sentence, and no job is lost in one."""

from __future__ import annotations

import pytest

from explorer.core import machine
from explorer.jobs.claim import Claim
from explorer.jobs.executors.executor import Standing
from explorer.jobs.executors.slurm_states import standing
from explorer.jobs.executors.slurm_watch import FORGOTTEN, UNHEARD, JobState

QUEUED = Claim("", 0, 0.0, "12")
WORKING = Claim("c01", 4711, 1.0, "12")


def told(state: JobState, claim: Claim = WORKING) -> Standing:
    seen = standing(claim, state)
    assert "{" not in seen.waiting + seen.message + seen.hint
    return seen


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Priority", "others go first"),
        ("(Resources)", "the nodes are taken"),
        ("JobHeldUser", "`scontrol release 12`"),
        ("PartitionTimeLimit", "will never start"),
        ("SomethingNew", "SomethingNew"),
    ],
)
def test_a_job_in_the_queue_says_why_it_waits(reason: str, words: str) -> None:
    seen = told(JobState("PENDING", reason=reason), QUEUED)
    assert seen.there
    assert seen.waiting.startswith("In Slurm's queue as job 12")
    assert words in seen.waiting


def test_a_running_job_says_where_and_how_long_it_may() -> None:
    running = JobState("RUNNING", "c01", "4:00:00", "3:59:00")
    seen = told(running)
    assert (seen.there, seen.waiting) == (True, "")
    assert seen.where == "Slurm job 12 on c01, 3:59:00 left of 4:00:00"
    assert told(running, QUEUED).waiting == "Slurm has started it on c01"


@pytest.mark.parametrize("name", ["SUSPENDED", "REQUEUED", "CONFIGURING", "REQUEUE_HOLD"])
def test_a_job_that_goes_on_by_itself_is_not_given_up(name: str) -> None:
    seen = told(JobState(name, "c01"))
    assert seen.there
    assert seen.waiting.startswith("In Slurm as job 12: ")


@pytest.mark.parametrize(
    ("name", "end", "words"),
    [
        ("CANCELLED", "cancelled", "(scancel)"),
        ("TIMEOUT", "interrupted", "time limit of 10:00"),
        ("PREEMPTED", "interrupted", "gave the place"),
        ("NODE_FAIL", "interrupted", "The node c01"),
        ("OUT_OF_MEMORY", "failed", "more memory"),
        ("FAILED", "interrupted", "stopped without saying why"),
        ("COMPLETED", "interrupted", "stopped without saying why"),
        ("", "interrupted", "no longer knows its job 12"),
    ],
)
def test_a_job_that_has_ended_says_how(name: str, end: str, words: str) -> None:
    seen = told(JobState(name, "c01", "10:00") if name else FORGOTTEN)
    assert (seen.there, seen.end, seen.lasting) == (False, end, True)
    assert words in seen.message


def test_a_job_that_ended_before_its_worker_began_names_what_a_node_needs() -> None:
    seen = told(JobState("FAILED", "c01"), QUEUED)
    assert seen.end == "failed"
    assert "c01 could not start" in seen.message
    assert "same paths" in seen.hint


def test_a_silent_slurm_makes_no_job_lost() -> None:
    assert told(UNHEARD).there
    assert "does not answer" in told(UNHEARD, QUEUED).waiting


def test_a_pid_of_another_machine_is_no_process_here() -> None:
    assert WORKING.host != machine.name()
    assert WORKING.living_pid is None
