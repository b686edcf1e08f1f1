"""Errors that speak to the user: what happened, got vs expected, what to do."""

from __future__ import annotations


class ExplorerError(Exception):
    """A problem the user can act on; `hint` says how.

    The pages and the command line show `str(error)` and never a traceback.
    """

    exit_code = 1

    def __init__(self, what: str, hint: str = "") -> None:
        self.what = what.strip()
        self.hint = hint.strip()
        super().__init__(f"{self.what} {self.hint}".strip())


class InputError(ExplorerError):
    """The request, a file or a form field is not usable as given."""

    exit_code = 2


class ModelError(ExplorerError):
    """A checkpoint cannot be had, loaded or understood."""

    exit_code = 3


class NoAnswerError(ModelError):
    """The hub did not answer, so asking it for another revision would only take
    time.
    """


class SentencesError(ExplorerError):
    """A probe set holds too few sentences for what was asked."""

    exit_code = 4


class RunFileError(ExplorerError):
    """A run file is missing, damaged, locked or of another version."""

    exit_code = 5


class ResourceError(ExplorerError):
    """The machine is out of disk, memory or time."""

    exit_code = 6


class AccessError(ExplorerError):
    """Whoever asks may look but not change anything, or not this much."""

    exit_code = 7


class Cancelled(ExplorerError):
    """The user stopped the job; what was committed is kept."""

    exit_code = 130
