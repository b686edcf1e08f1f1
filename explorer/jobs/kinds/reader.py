"""A reader: a worker that keeps models loaded for some minutes and reads the sentences
that people type.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from explorer.core.errors import InputError
from explorer.jobs.kind import Context, Kind
from explorer.jobs.kinds.reader_work import CALIBRATING, LOADING, READY, serve


@dataclass(frozen=True)
class Reader:
    """The reader of a cache; there is one."""


class ReaderKind(Kind[Reader]):
    """Reading sentences as they are asked for, until none has come for a while."""

    name = "reader"
    stages: ClassVar[Mapping[str, str]] = {
        LOADING: "Load the model",
        CALIBRATING: "Read negative sentences",
        READY: "Ready for sentences",
    }
    kept = "the next sentence starts it again"

    def read(self, fields: Mapping[str, Any]) -> Reader:
        if fields:
            raise InputError("A reader takes no fields.")
        return Reader()

    def write(self, request: Reader) -> dict[str, Any]:  # noqa: ARG002
        return {}

    def identity(self, request: Reader) -> str:  # noqa: ARG002
        return hashlib.sha256(b"reader").hexdigest()[:16]

    def title(self, request: Reader) -> str:  # noqa: ARG002
        return "Typed sentences"

    def summary(self, request: Reader) -> str:  # noqa: ARG002
        return "keeps the model loaded for some minutes"

    def finished(self, request: Reader) -> bool:  # noqa: ARG002
        return False

    def result(self, request: Reader) -> str:  # noqa: ARG002
        return "No sentence came for some minutes; the next one starts it again."

    def run(self, request: Reader, context: Context) -> None:  # noqa: ARG002
        serve(context)


READER = ReaderKind()
