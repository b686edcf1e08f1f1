"""Locks on file systems of every kind: nothing waits for ever, or without a word."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import filelock._unix
import pytest

from explorer.core import locking, machine
from explorer.core.errors import ResourceError
from explorer.core.locking import Held, locked
from explorer.core.settings import PROJECT


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "PATIENCE_S", 0.3)
    monkeypatch.setattr(locking, "SILENT_S", 0.1)


@pytest.mark.usefixtures("impatient")
def test_another_process_is_waited_for_with_a_word_and_not_for_ever(tmp_path: Path) -> None:
    told: list[str] = []
    path = tmp_path / "x.lock"
    with locked(path), pytest.raises(Held, match=r"x\.lock is held by another process"):
        locked(path, tell=told.append).__enter__()
    assert told == [f"Waiting for another process to let go of {path}"]
    with locked(path, 0):
        pass


def without_flock(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(_fd: int) -> bool:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(filelock._unix, "lock_fd_nonblocking", refuse)


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EACCES])
def test_a_file_system_that_refuses_locks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    if code == errno.EACCES:
        monkeypatch.setattr(filelock._unix.os, "open", _denied)
    else:
        without_flock(monkeypatch, code)
    with pytest.raises(ResourceError, match=r"x\.lock cannot be locked: .*EXPERT_EXPLORER_CACHE"):
        locked(tmp_path / "x.lock", 0).__enter__()


def _denied(*_: object) -> int:
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.usefixtures("impatient")
@pytest.mark.filterwarnings("ignore:flock not supported")
def test_without_flock_a_lock_of_the_dead_is_taken_and_one_of_nobody_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_flock(monkeypatch, errno.ENOSYS)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    path = tmp_path / "x.lock"
    path.write_text(f"{dead.pid}\n{socket.gethostname()}\n")
    with locked(path):
        pass
    path.write_text("")
    with pytest.raises(Held, match="delete the file if there is none"):
        locked(path).__enter__()


def test_without_flock_no_line_of_the_library_is_printed(tmp_path: Path) -> None:
    program = (
        "import errno, fcntl, pathlib\n"
        "def no(*_): raise OSError(errno.ENOSYS, 'no flock')\n"
        "fcntl.flock = no\n"
        "from explorer.core.locking import locked\n"
        f"with locked(pathlib.Path({str(tmp_path / 'a.lock')!r})): print('held')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    assert (done.stdout, done.stderr) == ("held\n", "")


def mounted(monkeypatch: pytest.MonkeyPatch, folder: Path, kind: str, options: str) -> None:
    table = folder.parent / "mounts"
    table.write_text(f"40 1 0:5 / {folder} rw - {kind} server:/x {options}\n")
    monkeypatch.setattr(locking, "MOUNTS", table)
    locking._is_blind.cache_clear()


@pytest.mark.parametrize(
    ("kind", "options", "by_file"),
    [
        ("nfs4", "rw,vers=4.2,local_lock=none", False),
        ("nfs", "rw,vers=3,nolock,local_lock=all", True),
        ("nfs", "rw,vers=3,local_lock=flock", True),
        ("lustre", "rw,localflock", True),
        ("ext4", "rw", False),
    ],
)
def test_where_locks_stay_on_a_machine_files_are_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, options: str, by_file: bool
) -> None:
    mounted(monkeypatch, tmp_path / "shared", kind, options)
    path = tmp_path / "shared" / "runs" / "x.lock"
    path.parent.mkdir(parents=True)
    with locked(path, 0):
        assert bool(path.read_text()) == by_file
        if by_file:
            words = f"process {os.getpid()} of {machine.name()}"
            with pytest.raises(Held, match=words):
                locked(path, 0).__enter__()
    assert path.exists() != by_file
    locking._is_blind.cache_clear()


def test_whoever_may_write_in_a_folder_may_take_its_locks(tmp_path: Path) -> None:
    folder = tmp_path / "team"
    folder.mkdir()
    folder.chmod(0o2775)
    with locked(folder / "x.lock"):
        assert stat.S_IMODE((folder / "x.lock").stat().st_mode) == 0o664
