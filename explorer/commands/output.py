"""stdout is data, stderr is narration."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd

from explorer.core.errors import InputError
from explorer.core.text import duration
from explorer.exhibits.export import csv_text
from explorer.jobs.progress import Progress

FORMATS = ("csv", "jsonl", "parquet")


def say(text: str) -> None:
    """Narrate; characters that a terminal would obey are shown instead."""
    print(_harmless(text), file=sys.stderr, flush=True)


def show_table(frame: pd.DataFrame) -> None:
    """Print a table: aligned for a person, tab-separated for a pipe."""
    if sys.stdout.isatty():
        print(_harmless(frame.to_string(index=False)) if len(frame) else "(none)")
    else:
        print(csv_text(frame, "\t"), end="")


def show_fields(fields: dict[str, Any]) -> None:
    """Print one record, a line per field: name, tab, value (JSON where it is not a
    scalar).
    """
    for name, value in fields.items():
        text = (
            value
            if isinstance(value, (str, int, float))
            else json.dumps(value, ensure_ascii=False, default=str)
        )
        print(f"{name}\t{text}")


def write_frame(frame: pd.DataFrame, form: str, out: Path | None) -> None:
    """Write a table as CSV, JSON lines or Parquet to a file, or to stdout. Raises
    InputError.
    """
    if form == "parquet" and out is None and sys.stdout.isatty():
        raise InputError("Parquet is binary and stdout is a terminal.", "Give --out FILE.")
    try:
        if form == "csv":
            text = csv_text(frame)
            out.write_text(text, "utf-8") if out else sys.stdout.write(text)
        elif form == "jsonl":
            frame.to_json(out or sys.stdout, orient="records", lines=True, force_ascii=False)
        else:
            frame.to_parquet(out or sys.stdout.buffer, index=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        why = error.strerror or "there is no such folder"
        raise InputError(f"{out} cannot be written: {why}.", "Give another --out FILE.") from error


def _harmless(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


class Narrator:
    """Shows progress on stderr: one line that is rewritten on a terminal, else a line
    now and then.
    """

    EVERY = 15.0

    def __init__(self) -> None:
        self._last, self._stage, self._open = 0.0, "", False

    def watch(self, progress: Progress) -> None:
        """Show how far it is."""
        count = f" {progress.done}/{progress.total}" if progress.total else ""
        eta = f", {duration(progress.eta_s)} left" if progress.eta_s is not None else ""
        line = _harmless(f"[{progress.stage}{count}{eta}] {progress.message}")
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
            self._open = True
        elif progress.stage != self._stage or time.monotonic() - self._last > self.EVERY:
            say(line)
            self._last, self._stage = time.monotonic(), progress.stage

    def tell(self, text: str) -> None:
        """Show a line that stays."""
        self.close()
        say(text)

    def close(self) -> None:
        """End the line that was being rewritten."""
        if self._open:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._open = False
