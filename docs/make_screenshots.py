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
from importlib import resources
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from explorer.core import settings  # noqa: E402
from explorer.exhibits import exhibit  # noqa: E402
from explorer.exhibits.export import svg  # noqa: E402
from explorer.figures.render.typeface import font_face  # noqa: E402
from explorer.reports import drafts  # noqa: E402
from explorer.reports.reading import example, parse_report  # noqa: E402
from explorer.results.library import open_library  # noqa: E402
from explorer.results.view import view_of  # noqa: E402
from explorer.ui.navigation import HOME, LISTED  # noqa: E402
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
_SOCIAL = """<style>{font} body {{ margin: 0; display: grid; grid-template-columns: 1fr 660px;
  align-items: center; height: 640px; font-family: "Source Sans 3"; color: #1f2933; }}
  div {{ padding: 0 20px 0 72px; }} div svg {{ width: 128px; }}
  h1 {{ font-size: 62px; margin: 12px 0; line-height: 1.05; }}
  p {{ font-size: 29px; line-height: 1.35; margin: 0; color: #52606d; }}</style>
<div>{logo}<h1>Expert Explorer</h1>
<p>When and where do LLM representations align with humans?</p></div><main>{figure}</main>"""
TALLEST = 5200
"""In pixels; a page that is longer is cut there."""


def main() -> None:
    """Every page of the dashboard on the cache, and the picture of the README."""
    with _shipped() as cache, serve(cache) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name in [name for name in sys.argv[1:] if name in LISTED] or LISTED:
            for width in WIDTHS:
                for theme in ("light", "dark"):
                    target = FOLDER / f"{name}-{width}-{theme}.png"
                    _take(browser, f"{server.url}/{_path(name)}", target, width, theme)
        if not sys.argv[1:] or "readme" in sys.argv:
            _take(browser, f"{server.url}/{README}", FOLDER / "readme.png", 1400, "light", 2420)
        if not sys.argv[1:] or "social" in sys.argv:
            _social(browser)
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


def _social(browser: Browser) -> None:
    """The picture that stands for the project where it is linked to: 1280 × 640."""
    shown = exhibit("headline", view_of(open_library()))
    logo = resources.files("explorer.ui").joinpath("icon.svg").read_text("utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 640})
    page.set_content(_SOCIAL.format(font=font_face(), logo=logo, figure=svg(shown, width=640)))
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / "social.png")
    page.close()
    print("social.png", flush=True)


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
