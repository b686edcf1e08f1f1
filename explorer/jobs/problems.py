"""What goes wrong in a job, as a sentence."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from explorer.core.errors import ExplorerError, ResourceError

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Busy(ExplorerError):
    """Another process is working on this very job."""


@contextlib.contextmanager
def told_in_sentences(log: str) -> Iterator[None]:
    """Turn whatever goes wrong inside into an ExplorerError.

    Raises ResourceError when the machine is out of disk or memory, and an ExplorerError
    that names `log` for what nobody expected. An interrupt passes.
    """
    try:
        yield
    except ExplorerError:
        raise
    except MemoryError as error:
        raise ResourceError(
            "The machine is out of memory.", "Lower N⁻ or choose a smaller model."
        ) from error
    except Exception as error:
        raise _sentence(error, log) from error


def _sentence(error: Exception, log: str) -> ExplorerError:
    if isinstance(error, OSError) and error.errno in _DISK:
        return ResourceError(
            f"The disk is full: {error.strerror}.",
            "Free some space and resume: what is finished is kept.",
        )
    out_of_memory = ("out of memory", "allocate memory")
    if isinstance(error, RuntimeError) and any(sign in str(error) for sign in out_of_memory):
        return ResourceError(
            "The model does not fit in memory with this request.",
            "Choose a smaller model, or bfloat16.",
        )
    return ExplorerError(
        f"Something unexpected went wrong: {type(error).__name__}: {error}",
        f"The details are in {log}.",
    )
