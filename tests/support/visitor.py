"""A browser as a visitor has it: it says when something could first be seen, and
nothing inspects its pages.

Playwright attaches to a page as DevTools do. V8 then looks up the source of every
exception, caught ones too, and the first evaluation of Plotly, one function of 4.7 MB
that catches a few, takes more than twice as long.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FIGURE = ".js-plotly-plot .main-svg .point"
"""A drawn mark of a Plotly figure; the empty frame comes before."""
_WATCH = """
(() => {
  const look = () => {
    const box = document.querySelector(SELECTOR)?.getBoundingClientRect();
    const there = box && box.width && box.height && box.top < innerHeight;
    if (!there) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => { window.seenAfter = performance.now(); }));
  };
  requestAnimationFrame(look);
})()
"""
_SEEN = "window.seenAfter ? `${performance.timeOrigin} ${window.seenAfter}` : ''"


def chromium() -> str | None:
    """Path of a Chromium, None where none is installed."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@dataclass(frozen=True)
class Seen:
    """When something was first on the screen: seconds after the navigation began, and
    seconds since 1970.
    """

    after: float
    at: float


class Visitor:
    """A Chromium of its own, running before any page is opened; each page is opened
    cold, with empty caches.
    """

    def __init__(self, binary: str) -> None:
        self._binary = binary
        self._calls = 0

    def __enter__(self) -> Self:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command = [self._binary, *FLAGS, "--headless", "--remote-debugging-port=0"]
        command += [f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        self._channel = connect(self._address(), max_size=None)
        self._socket: ClientConnection = self._channel.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._call(
            "Browser.close"
        )  # ending the process would end a distribution's wrapper script alone
        self._channel.__exit__(*exception)
        self._process.wait(timeout=20)
        self._profile.cleanup()

    @property
    def version(self) -> str:
        """ "HeadlessChrome/148.0.7778.178"."""
        return str(self._call("Browser.getVersion")["product"])

    def open(
        self, url: str, selector: str, *, inspected: bool = False, timeout: float = 90
    ) -> Seen:
        """Open a page and wait until the first element of `selector` is drawn on the
        screen.

        inspected: attach to the page as DevTools and Playwright do. Raises TimeoutError
        after `timeout` seconds.
        """
        context = self._call("Target.createBrowserContext")["browserContextId"]
        window = {"url": "about:blank", "browserContextId": context, "width": 1400, "height": 1000}
        target = self._call("Target.createTarget", **window)["targetId"]
        page = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable", page)
        if inspected:
            self._call("Runtime.enable", page)
        watch = _WATCH.replace("SELECTOR", json.dumps(selector))
        self._call("Page.addScriptToEvaluateOnNewDocument", page, source=watch)
        self._call("Page.navigate", page, url=url)
        try:
            return self._wait(page, time.monotonic() + timeout)
        finally:
            self._call("Target.disposeBrowserContext", browserContextId=context)

    def _wait(self, page: str, deadline: float) -> Seen:
        while time.monotonic() < deadline:
            time.sleep(0.1)
            answer = self._call("Runtime.evaluate", page, expression=_SEEN)["result"].get("value")
            if answer:
                origin, after = (float(part) / 1000 for part in answer.split())
                return Seen(after, origin + after)
        raise TimeoutError("Nothing of it was drawn in time.")

    def _address(self) -> str:
        written = Path(self._profile.name) / "DevToolsActivePort"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if written.exists() and len(lines := written.read_text().split()) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            time.sleep(0.05)
        raise TimeoutError("Chromium did not start.")

    def _call(self, method: str, session: str | None = None, **params: object) -> dict[str, Any]:
        self._calls += 1
        message: dict[str, object] = {"id": self._calls, "method": method, "params": params}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:  # events come in between
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == self._calls:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result
