"""Take the pictures of every page, wide and narrow, light and dark: `make docs`.

Names of pages after the command take those only.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from explorer.core import settings  # noqa: E402
from explorer.reports import drafts  # noqa: E402
from explorer.reports.reading import example, parse_report  # noqa: E402
from explorer.ui.navigation import HOME, PAGES  # noqa: E402
from tests.browser.conftest import serve, settled  # noqa: E402
from tests.support.visitor import FLAGS, chromium  # noqa: E402

FOLDER = DOCS / "screenshots"
WIDTHS = (1400, 390)
EXAMPLE = "example"
README = "units?unit=model.layers.4.self_attn.k_proj:28"
"""What the README shows."""
OPEN = {
    "concepts": "concepts?concept=dog",
    "units": README,
    "pairs": "pairs?concept=piano&other=violin",
    "report": f"report?draft={EXAMPLE}",
    "compare": "compare?run=c496d7b65e3ad0f1&section=Over+training&quantity=network",
}
"""Pages that are shown with something chosen."""
_HEIGHT = "Math.max(...[...document.querySelectorAll('section, main')].map(e => e.scrollHeight))"
TALLEST = 5200
"""In pixels; a page that is longer is cut there."""


def main() -> None:
    """Every page of the dashboard on the cache, and the picture of the README."""
    with _shipped() as cache, serve(cache) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name in [name for name in sys.argv[1:] if name in PAGES] or PAGES:
            for width in WIDTHS:
                for theme in ("light", "dark"):
                    target = FOLDER / f"{name}-{width}-{theme}.png"
                    _take(browser, f"{server.url}/{_path(name)}", target, width, theme)
        if not sys.argv[1:] or "readme" in sys.argv:
            _take(browser, f"{server.url}/{README}", FOLDER / "readme.png", 1400, "light", 2420)
        browser.close()


@contextlib.contextmanager
def _shipped() -> Iterator[Path]:
    """A cache as it ships, and the draft of the example."""
    tracked = subprocess.run(
        ["git", "ls-files", "cache"], cwd=settings.PROJECT, capture_output=True, text=True
    )
    with tempfile.TemporaryDirectory() as scratch:
        for name in tracked.stdout.split():
            target = Path(scratch, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(settings.PROJECT / name, target)
        cache = Path(scratch, "cache")
        os.environ["EXPERT_EXPLORER_CACHE"] = str(cache)
        drafts.save_new(EXAMPLE, parse_report(EXAMPLE, example()))
        yield cache


def _path(name: str) -> str:
    return "" if name == HOME else OPEN.get(name, name)


def _take(
    browser: Browser, url: str, target: Path, width: int, theme: str, height: int | None = None
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height or 1000},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    page.set_default_timeout(120_000)
    expect.set_options(timeout=120_000)
    page.goto(url)
    settled(page)
    if height is None:
        _unroll(page, width)
    page.wait_for_timeout(1500)
    page.screenshot(path=target)
    context.close()
    print(target.name, flush=True)


def _unroll(page: Page, width: int) -> None:
    """Make the window as high as the page, which scrolls within itself."""
    before = 0
    for _ in range(6):
        height = int(page.evaluate(_HEIGHT))
        if height == before:
            break
        page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
        page.wait_for_timeout(1000)
        settled(page)
        before = height


if __name__ == "__main__":
    main()
