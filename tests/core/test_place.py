"""Where a job runs is written in words that sbatch knows, and refused otherwise."""

from __future__ import annotations

import pytest

from explorer.core.errors import InputError
from explorer.core.place import LOCAL, Place, minutes_of, place_named, place_of


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("4:00", 4),
        ("4:30", 5),
        ("4:00:00", 240),
        ("1-", None),
        ("1-12", 2160),
        ("2-1:30", 2970),
        ("1-0:0:1", 1441),
        ("", None),
        ("soon", None),
        ("1:2:3:4", None),
    ],
)
def test_a_time_limit_is_read_as_sbatch_reads_it(text: str, minutes: int | None) -> None:
    if minutes is None:
        with pytest.raises(InputError, match="--time"):
            minutes_of(text)
    else:
        assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["16G", "512M", "2048", "1T", ""])
def test_a_memory_is_what_sbatch_reads(text: str) -> None:
    assert Place("slurm", memory=text).memory == text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"executor": "ray"}, "no executor “ray”"),
        ({"partition": "gpu"}, "the executor is local"),
        ({"executor": "slurm", "gpus": "two"}, "--gpus"),
        ({"executor": "slurm", "time": "0"}, "--time"),
        ({"executor": "slurm", "memory": "much"}, "--memory"),
        ({"executor": "slurm", "memory": "1.5G"}, "--memory"),
        ({"executor": "slurm", "partition": "a b"}, "partition"),
        ({"executor": "slurm", "sbatch": "-A mine"}, "account=mine"),
        ({"executor": "slurm", "sbatch": "--time=5"}, "Use --time"),
        ({"executor": "slurm", "sbatch": "--output=/etc/passwd"}, "set by Expert Explorer"),
        ({"executor": "slurm", "sbatch": '--comment="open'}, "cannot be read"),
        ({"executor": "slurm", "sbatch": '--comment="a\nb"'}, "--sbatch"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        place_named(given)


def test_the_environment_is_the_usual_place_and_flags_go_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert place_named({}) == LOCAL
    monkeypatch.setenv("EXPERT_EXPLORER_EXECUTOR", "slurm")
    monkeypatch.setenv("EXPERT_EXPLORER_SLURM_PARTITION", "gpu")
    monkeypatch.setenv("EXPERT_EXPLORER_SLURM_SBATCH", "--account=mine qos=low")
    usual = Place("slurm", "gpu", flags=("--account=mine", "--qos=low"))
    assert place_named({}) == usual
    assert place_named({"partition": "cpu", "time": "60"}) == Place(
        "slurm", "cpu", minutes=60, flags=usual.flags
    )
    assert place_named({"executor": "local"}) == LOCAL


def test_a_place_is_written_down_and_read_again() -> None:
    place = Place("slurm", "gpu", 2, 8, 60, "16G", ("--account=mine",))
    assert place_of(place.to_table()) == place
    assert place_of({}) == LOCAL
    damages: list[object] = [[], {"executor": 3}, {"flags": "x"}, {"colour": "red"}]
    for damaged in damages:
        with pytest.raises(InputError):
            place_of(damaged)
