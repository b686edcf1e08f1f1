"""SVG as PNG, with the typeface of the pages, on a machine without fonts or browser."""

from __future__ import annotations

import html
import re
from importlib import resources

from explorer.figures.render.typeface import FONT

_COVERED = re.compile(r"[\t\n\r\x20-\u052f\u1e00-\u20cf\u2100-\u22ff]*")
"""Latin, Greek, Cyrillic and the signs of formulas, which the typeface has."""
_TAG = re.compile(r"<[^>]*>")
_LARGEST = 30_000
"""Pixels of a side; more would take gigabytes."""


def png(svg: str, *, scale: float = 2) -> bytes:
    """The picture of an SVG that this package wrote, `scale` pixels a unit.

    Words in scripts other than Latin, Greek and Cyrillic are drawn with the machine's
    fonts, and as boxes where it has none. Raises ValueError for what is not SVG, and
    for a scale that is not above 0 or makes a side of more than 30,000 pixels.
    """
    # The library is three megabytes that only this function needs.
    import resvg_py

    size = [float(side) for side in re.findall(r'(?:width|height)="([\d.]+)"', svg[:400])[:2]]
    if not scale > 0 or not size or scale * max(size) > _LARGEST:
        raise ValueError(f"A picture of {size} cannot be drawn at scale {scale}.")
    fonts = [
        str(file)
        for file in (resources.files(FONT) / "files").iterdir()
        if file.name.endswith(".ttf")
    ]
    written = html.unescape(_TAG.sub("", svg))
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            font_files=fonts,
            skip_system_fonts=_COVERED.fullmatch(written) is not None,
        )
    )
