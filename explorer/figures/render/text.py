"""Text as plotly writes it: a little HTML, several lines, measured without a font."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

from explorer.figures.render.markup import element, escaped, number, paint
from explorer.figures.theme import FONT

FAMILY = f'"Source Sans 3", {FONT}'
LINE = 1.3
"""Distance of two lines, in font sizes."""
ASCENT = 0.75
"""Height of a line above its baseline, in font sizes."""
_SMALL, _RAISED = 0.7, {"sup": 0.6, "sub": -0.3}
_ROOMY = 1.06
"""Viewers without Source Sans take a wider typeface."""
_BOLD = 1.05
_WIDTHS = {
    character: width / 100
    for width, characters in {
        20: " ",
        25: "',.:;ij|Il·’",
        30: "!f()[]{}-",
        35: "/\\rt",
        37: "⁺⁻",
        43: '*?sz"“”',
        46: "cxvyτ",
        48: "JYFL–",
        50: "#$+0123456789<=>^_aegk~−≈×÷≤≥",
        53: "XVESATZ`ho",
        56: "ubndpqCPRρμ",
        60: "KBΔ→",
        65: "&DGUHNOQ",
        73: "wM",
        82: "W%m@—",
    }.items()
    for character in characters
}
"""Advance of Source Sans 3, in font sizes."""
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;]+)")


@dataclass(frozen=True)
class _Run:
    text: str
    bold: bool = False
    italic: bool = False
    script: str = ""
    colour: str | None = None


class _Reader(HTMLParser):
    """Reads the tags that plotly draws; others vanish and leave their text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[list[_Run]] = [[]]
        self._open: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.lines.append([])
        else:
            match = _COLOUR.search(dict(attrs).get("style") or "")
            self._open.append((tag, match[1].strip() if match else None))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place]
                return

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        colours = [colour for _, colour in self._open if colour]
        script = next((tag for tag in reversed(tags) if tag in _RAISED), "")
        bold, italic = "b" in tags or "strong" in tags, "i" in tags or "em" in tags
        run = _Run(data, bold, italic, script, colours[-1] if colours else None)
        self.lines[-1].append(run)


@lru_cache(maxsize=4096)
def _lines(text: str) -> tuple[tuple[_Run, ...], ...]:
    if "<" not in text and "&" not in text:
        return ((_Run(text),),)
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return tuple(tuple(line) for line in reader.lines)


def text_width(text: str, size: float) -> float:
    """Width of the longest line in pixels, with some room for a wider typeface."""
    return max(sum(_run_width(run) for run in line) for line in _lines(text)) * size * _ROOMY


def text_height(text: str, size: float) -> float:
    """Height of all lines in pixels."""
    return len(_lines(text)) * LINE * size


def wrap_text(text: str, size: float, room: float) -> str:
    """A text without tags, broken at spaces into lines that fit; a word alone may be
    wider.
    """
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and text_width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return "<br>".join(lines)


def _run_width(run: _Run) -> float:
    width = sum(_WIDTHS.get(character) or _other_width(character) for character in run.text)
    return width * (_BOLD if run.bold else 1.0) * (_SMALL if run.script else 1.0)


def _other_width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.58


def draw_text(
    text: str,
    x: float,
    y: float,
    *,
    size: float,
    colour: str,
    anchor: str = "start",
    angle: float = 0.0,
    halo: str | None = None,
    **attributes: object,
) -> str:
    """A text element; (x, y) is the baseline of its first line, and what it turns
    about.

    anchor: start, middle or end. angle: degrees, clockwise. halo: colour of a rim that
    sets the text off from what lies behind.
    """
    rim: dict[str, object] = {}
    if halo is not None:
        rim = {**paint(stroke=halo), "stroke_width": "3", "paint_order": "stroke"}
        rim["stroke_linejoin"] = "round"
    return element(
        "text",
        *(_line(line, x, size, first=not place) for place, line in enumerate(_lines(text))),
        x=x,
        y=y,
        font_size=number(size),
        text_anchor=None if anchor == "start" else anchor,
        transform=f"rotate({number(angle)} {number(x)} {number(y)})" if angle else None,
        **paint(fill=colour),
        **rim,
        **attributes,
    )


def _line(runs: tuple[_Run, ...], x: float, size: float, *, first: bool) -> str:
    if first and len(runs) == 1 and runs[0] == _Run(runs[0].text):
        return escaped(runs[0].text)
    parts, height = [], 0.0
    for run in runs:
        raised = _RAISED.get(run.script, 0.0) * _SMALL * size
        shift, height = height - raised, raised
        parts.append(
            element(
                "tspan",
                escaped(run.text),
                dy=shift or None,
                font_weight="bold" if run.bold else None,
                font_style="italic" if run.italic else None,
                font_size=number(_SMALL * size) if run.script else None,
                **(paint(fill=run.colour) if run.colour else {}),
            )
        )
    if first:
        return "".join(parts)
    return element("tspan", *parts, x=x, dy=LINE * size + height)
