"""Markdown of authors as HTML in which nothing can run or be fetched."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_LOWEST = 6


def html_of(text: str, *, below: int = 1) -> str:
    """Blocks of HTML: paragraphs, lists, tables, code; headings are set `below` levels
    lower.

    Markup is shown as it is written, a picture as its link, and a link that is neither
    http, https nor mailto as text.
    """
    return str(_parser().render(text, {"below": below}))


def inline_html_of(text: str) -> str:
    """A line of HTML: emphasis, code and links only."""
    return str(_parser().renderInline(text, {"below": 1}))


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = lambda url: _LINK.match(url.strip()) is not None  # type: ignore[method-assign]
    for kind in ("heading_open", "heading_close"):
        parser.add_render_rule(kind, _heading)
    parser.add_render_rule("link_open", _link)
    return parser


def _heading(_: RendererHTML, tokens: Sequence[Token], place: int, __: Any, env: Any) -> str:
    level = min(int(tokens[place].tag[1:]) + int(env["below"]), _LOWEST)
    closing = "/" if tokens[place].nesting < 0 else ""
    return f"<{closing}h{level}>" + "\n" * bool(closing)


def _link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any
) -> str:
    tokens[place].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, place, options, env)
