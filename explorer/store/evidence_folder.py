"""The evidence files of a folder."""

from __future__ import annotations

import threading
from pathlib import Path

from explorer.core.errors import RunFileError
from explorer.store.evidence_reading import EvidenceFile, describe_evidence
from explorer.store.files import finished_files
from explorer.store.index import Stamp, stamp_of


class EvidenceFolder:
    """The evidence files of a folder; files may come and go. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._known: dict[tuple[Path, Stamp], EvidenceFile | str] = {}

    def of_run(self, run_id: str) -> list[EvidenceFile]:
        """Readable files of a run, newest first."""
        found = [file for file in self._scan().values() if isinstance(file, EvidenceFile)]
        mine = [file for file in found if file.run_id == run_id]
        return sorted(mine, key=lambda file: (file.made, file.path), reverse=True)

    def broken(self) -> list[tuple[Path, str]]:
        """Files that cannot be read, each with the sentence that says why."""
        return [(path, why) for (path, _), why in self._scan().items() if isinstance(why, str)]

    def _scan(self) -> dict[tuple[Path, Stamp], EvidenceFile | str]:
        with self._lock:
            now: dict[tuple[Path, Stamp], EvidenceFile | str] = {}
            for path in finished_files(self.folder):
                if (stamp := stamp_of(path)) is not None:
                    key = path, stamp
                    now[key] = self._known[key] if key in self._known else _described(path)
            self._known = now
            return now


def _described(path: Path) -> EvidenceFile | str:
    try:
        return describe_evidence(path)
    except RunFileError as error:
        return str(error)
