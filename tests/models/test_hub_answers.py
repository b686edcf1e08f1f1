"""What the hub answers instead of a model is named for what it is."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from huggingface_hub.errors import (
    FileMetadataError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
)

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError, NoAnswerError
from explorer.models import hub


class TooManyRedirects(OSError):
    """As the HTTP client calls it."""


class Refused(OSError):
    """As the client raises it for an answer of this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Client error {status} for https://hub/model")
        self.response = SimpleNamespace(status_code=status)


def told(error: BaseException, *, wrapped: bool) -> ModelError:
    if wrapped:
        try:
            raise LocalEntryNotFoundError("Please check your connection") from error
        except LocalEntryNotFoundError as outer:
            return hub.hub_error(Checkpoint("some/model"), outer)
    return hub.hub_error(Checkpoint("some/model"), error)


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize(
    ("error", "said", "hint", "kind"),
    [
        (Refused(401), "asks who you are (401)", "hf auth login", ModelError),
        (Refused(403), "does not let this account read", "access", ModelError),
        (
            Refused(429),
            "too many requests from this address or account (429)",
            "Wait",
            NoAnswerError,
        ),
        (Refused(500), "out of order (it answered 500)", "later", NoAnswerError),
        (Refused(503), "out of order (it answered 503)", "later", NoAnswerError),
        (
            OfflineModeIsEnabled("off"),
            "HF_HUB_OFFLINE is set",
            "Unset HF_HUB_OFFLINE",
            NoAnswerError,
        ),
        (FileMetadataError("no header"), "Something other than the hub", "sign in", NoAnswerError),
        (TooManyRedirects("20"), "Something other than the hub", "sign in", NoAnswerError),
    ],
    ids=["401", "403", "429", "500", "503", "offline", "sign-in page", "sign-in elsewhere"],
)
def test_an_answer_is_told_with_what_to_do(
    error: Exception, said: str, hint: str, kind: type, *, wrapped: bool
) -> None:
    answer = told(error, wrapped=wrapped)
    assert type(answer) is kind
    assert said in answer.what
    assert "“some/model”" in answer.what
    assert hint in answer.hint
    assert "https://" not in str(answer)


def test_the_client_that_asks_again_and_again_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = logging.getLogger("huggingface_hub.utils._http")
    for attempt in range(1, 6):
        client.warning("'no route' thrown while requesting HEAD https://hub/model/config.json")
        client.warning(f"Retrying in 8s [Retry {attempt}/5].")
    client.warning("Another matter.")
    told = [record.getMessage() for record in caplog.records]
    assert told[-1] == "Another matter."
    assert len(told) <= 2, "once a process"
    assert not any("thrown" in text or "Retrying" in text for text in told)


def test_no_answer_at_all_is_still_told_as_such() -> None:
    assert "did not answer" in told(ConnectionError("no route"), wrapped=True).what
