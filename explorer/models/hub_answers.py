"""What the model hub answered, or what stood in its place, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from huggingface_hub.errors import FileMetadataError, OfflineModeIsEnabled

from explorer.core.errors import ModelError, NoAnswerError

ELSEWHERE = "choose the built-in model or a local folder."


def answer_of(name: str, causes: Sequence[BaseException]) -> ModelError | None:
    """The error for an answer that says more than "not there"; None for others.

    name: the model as it stands in a sentence. causes: an exception and those that led
    to it.
    """
    if any(isinstance(cause, OfflineModeIsEnabled) for cause in causes):
        return NoAnswerError(
            f"HF_HUB_OFFLINE is set, and {name} is not in the local cache.",
            f"Unset HF_HUB_OFFLINE to ask the hub, or {ELSEWHERE}",
        )
    # A sign-in page may also send every request on to itself; the class of that error
    # is the HTTP client's, which this room does not import.
    if any(
        isinstance(cause, FileMetadataError) or type(cause).__name__ == "TooManyRedirects"
        for cause in causes
    ):
        return NoAnswerError(
            f"Something other than the hub answered for {name}, such as the sign-in page of a "
            "network or a proxy.",
            f"Open the hub in a browser and sign in to the network, or {ELSEWHERE}",
        )
    status = next((code for cause in causes if (code := _status(cause)) is not None), None)
    if status == 401:
        return ModelError(
            f"The hub asks who you are (401) for {name}: it is private or gated, or the token of "
            "this machine is not valid.",
            "Log in with `hf auth login`, or unset HF_TOKEN when it holds an old token.",
        )
    if status == 403:
        return ModelError(
            f"The hub does not let this account read {name} (403).",
            "Ask its owner for access, or use a token that may read it.",
        )
    if status == 429:
        return NoAnswerError(
            f"The hub had too many requests from this address or account (429) for {name}.",
            f"Wait some minutes and try again, log in with `hf auth login`, or {ELSEWHERE}",
        )
    if status is not None and status >= 500:
        return NoAnswerError(
            f"The hub is out of order (it answered {status}) for {name}.",
            f"Try again later, or {ELSEWHERE}",
        )
    return None


def _status(error: BaseException) -> int | None:
    code = getattr(getattr(error, "response", None), "status_code", None)
    return code if isinstance(code, int) else None
