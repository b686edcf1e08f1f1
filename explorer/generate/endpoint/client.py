"""One model behind an OpenAI-compatible endpoint: asked politely, with patience, and
without giving away the key.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from explorer.core.address import HOSTS, KEY, Address, is_named, key_for
from explorer.core.errors import ExplorerError, ModelError, ResourceError
from explorer.generate.endpoint.answer import Answer, Malformed, TooLong, read
from explorer.generate.endpoint.refusal import code_of, retry_after, said_in, target_of
from explorer.generate.prompts import Messages

TRIES, BACKOFF_S, LONGEST_BACKOFF_S, LONGEST_WAIT_S = 6, 1.0, 60.0, 600.0
TIMEOUT_S = 300.0
"""For one whole answer: ten sentences of a model that runs on a CPU take minutes."""
_TICK_S, _SHOWN = 0.1, 200
_RETRIED = {408, 409, 425, 429}
_SPENT = {"insufficient_quota", "billing_hard_limit_reached"}
_PARAMETERS = ("max_tokens", "temperature", "seed")


class Client:
    """Asks one model; an async context manager. `stopped` ends every wait.

    Raises InputError where the key may not be sent to the address.
    """

    def __init__(
        self,
        address: Address,
        model: str,
        tell: Callable[[str], None],
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        # Here and not above: it takes a second and a half to import, and only this
        # needs it.
        import openai

        from explorer.generate.endpoint.bounds import bounded_client

        self.host, self.model, self._server = address.host, model, address.server
        self._tell, self._stopped, self._errors = tell, stopped, openai
        self._key = key_for(address)
        # A local server wants no key, but the client insists on one.
        self._client = openai.AsyncOpenAI(
            api_key=self._key or "none",
            base_url=address.base,
            default_query=address.query,
            max_retries=0,
            timeout=None,
            http_client=bounded_client(is_named=is_named(address), is_local=address.is_local),
        )
        self._not_before = 0.0
        self._unknown: set[str] = set()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()

    async def ask(
        self, messages: Messages, *, temperature: float, max_tokens: int, seed: int
    ) -> Answer | None:
        """An answer, or None when the user stopped before there was one.

        Waits as long as the endpoint asks for, and longer after each failure. Raises
        ModelError when the endpoint refuses the key, the model or the request,
        ResourceError when the account is empty or the wait too long, ExplorerError when
        no try of TRIES succeeded.
        """
        options = {"temperature": temperature, "max_tokens": max_tokens, "seed": seed}
        problem, tried = "", 0
        while tried < TRIES:
            if not await self._ready():
                return None
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    reply = await self._send(messages, options)
                return read(reply, messages, self.hidden)
            except self._errors.APIStatusError as error:
                if error.status_code == 400 and code_of(error) == "content_filter":
                    return Answer("", refused=True)
                if error.status_code in (400, 422) and self._gives_up_parameter(error):
                    continue
                problem, wait = self._status_problem(error)
            except TimeoutError:
                problem, wait = f"no answer within {TIMEOUT_S:g} s", None
            except self._errors.APIConnectionError as error:
                cause = self._brief(str(error.__cause__ or error))
                problem, wait = f"no connection ({cause})", None
            except TooLong as error:
                problem, wait = str(error), None
            # Lists in lists without end are a RecursionError.
            except (
                Malformed,
                self._errors.APIResponseValidationError,
                ValueError,
                RecursionError,
            ) as error:
                problem, wait = (
                    f"an answer that is no chat completion ({self._brief(str(error))})",
                    None,
                )
            tried += 1
            if tried < TRIES:
                self._wait(problem, wait, tried)
        raise ExplorerError(
            f"{self.host}: {problem}, {TRIES} times in a row.",
            "Check the URL (most end in /v1) and the server. What is there is kept: the same "
            "command goes on.",
        )

    def hidden(self, text: str) -> str:
        """A text of the endpoint without the key."""
        return text.replace(self._key, "…") if self._key else text

    def _brief(self, text: str) -> str:
        line = " ".join(self.hidden(text).split()).rstrip(".")
        return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"

    async def _send(self, messages: Messages, options: dict[str, Any]) -> Any:
        known = {name: value for name, value in options.items() if name not in self._unknown}
        if "max_tokens" in self._unknown:
            known["max_completion_tokens"] = options["max_tokens"]
        create: Any = self._client.chat.completions.create
        return await create(model=self.model, messages=messages, **known)

    async def _ready(self) -> bool:
        while not self._stopped():
            left = self._not_before - time.monotonic()
            if left <= 0:
                return True
            await asyncio.sleep(min(left, _TICK_S))
        return False

    def _wait(self, problem: str, seconds: float | None, tried: int) -> None:
        """Hold back all requests, not this one only: a limit is on the account."""
        if seconds is None:
            seconds = min(BACKOFF_S * 2 ** (tried - 1), LONGEST_BACKOFF_S) * random.uniform(0.75, 1)
        now = time.monotonic()
        if now >= self._not_before:
            self._tell(
                f"{self.host}: {problem}; next try in {seconds:.1f} s ({tried + 1} of {TRIES})."
            )
        self._not_before = max(self._not_before, now + seconds)

    def _gives_up_parameter(self, error: Any) -> bool:
        """Whether the endpoint refuses a parameter that it can be asked without."""
        named = getattr(error, "param", None)
        for name in _PARAMETERS:
            if name not in self._unknown and (name == named or (not named and name in str(error))):
                self._unknown.add(name)
                self._tell(f"{self.host} does not take {name} for this model; going on without it.")
                return True
        return False

    @property
    def not_taken(self) -> list[str]:
        """Parameters that the endpoint refused."""
        return sorted(self._unknown)

    def _status_problem(self, error: Any) -> tuple[str, float | None]:
        """What a bad status means and how long the endpoint wants to be left alone.
        Raises where waiting is in vain.
        """
        status, said = error.status_code, self._brief(said_in(error))
        if status in (401, 403):
            which, then = f"the key in {KEY}", f"Set {KEY} to a key for this endpoint."
            if not self._key:
                which = f"a request without a key ({KEY} is not set, or {HOSTS} does not name it)"
                then = f"{then[:-1]}, and {HOSTS} to {self._server}."
            raise ModelError(f"{self.host} refuses {which}: {said}.", then) from None
        if status == 404:
            raise ModelError(
                f"{self.host} knows no such address or no model “{self.model}”: {said}.",
                "Check the URL (most end in /v1) and the name of the model.",
            ) from None
        if status == 402 or code_of(error) in _SPENT:
            raise ResourceError(
                f"{self.host}: the account has nothing left: {said}.",
                "What is there is kept: the same command goes on once it has.",
            ) from None
        if status < 400:
            raise ModelError(
                f"{self.host} sends requests on to {target_of(error)}, which are not followed: the "
                "key is for the host that was named.",
                "Give the address that is meant.",
            ) from None
        if status not in _RETRIED and status < 500:
            raise ModelError(
                f"{self.host} refuses the request ({status}): {said}.", "Is the model a chat model?"
            ) from None
        wait = retry_after(error.response.headers)
        if wait is not None and wait > LONGEST_WAIT_S:
            raise ResourceError(
                f"{self.host} wants to be left alone for {wait:,.0f} s: {said}.",
                "What is there is kept: the same command goes on then.",
            ) from None
        return ("rate limit" if status == 429 else f"error {status}") + (
            f" ({said})" if said else ""
        ), wait
