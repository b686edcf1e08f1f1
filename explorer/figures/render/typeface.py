"""The typeface that pictures are measured for, to be carried by a page."""

from __future__ import annotations

import base64
import functools
import io
import itertools
from importlib import resources

FONT = "fontpkg_source_sans_3"
"""Source Sans 3 as a package, under the SIL Open Font License."""
_BLOCKS = ((0x20, 0x7F), (0xA0, 0x180), (0x370, 0x400), (0x2010, 0x20A0))
_SIGNS = "←→∈−≈≠≤≥○●✓✗"
"""Latin, Greek, and the signs of formulas."""


@functools.cache
def font_face() -> str:
    """A CSS rule that holds the letters of our texts (60 kB, a second to make)."""
    # They take a moment to import, and few visits write a document.
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(flavor="woff", hinting=False, layout_features=["kern"], notdef_outline=True)
    with resources.as_file(resources.files(FONT) / "files" / "SourceSans3[wght].ttf") as path:
        font = TTFont(path)
        subsetter = Subsetter(options)
        blocks = (range(*block) for block in _BLOCKS)
        subsetter.populate(unicodes=[*itertools.chain(*blocks), *map(ord, _SIGNS)])
        subsetter.subset(font)
        font.flavor = "woff"
        written = io.BytesIO()
        font.save(written)
    data = base64.b64encode(written.getvalue()).decode()
    return (
        '@font-face { font-family: "Source Sans 3"; font-weight: 200 900; '
        f'src: url("data:font/woff;base64,{data}") format("woff"); }}\n'
    )
