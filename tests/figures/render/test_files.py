"""PNG, tables and pages that stand alone."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from explorer.figures import render, theme
from tests.figures.render.samples import FIGURES
from tests.figures.render.test_every_figure import drawn
from tests.figures.render.test_svg import words

HEADLINE = render.svg(FIGURES["overview.headline"]())


def picture(png: bytes) -> np.ndarray:
    """(rows, columns, 3) bytes."""
    return np.array(Image.open(io.BytesIO(png)).convert("RGB"))


@pytest.mark.parametrize("scale", [0.5, 1, 2])
def test_a_png_has_the_size_of_the_figure_times_the_scale(scale: float) -> None:
    assert picture(render.png(HEADLINE, scale=scale)).shape[:2] == (400 * scale, 960 * scale)


def test_a_png_shows_paper_marks_and_words() -> None:
    pixels = picture(render.png(HEADLINE, scale=1))
    assert pixels[0, 0].tolist() == [255, 255, 255]
    experts = [int(theme.PALETTE["experts"][i : i + 2], 16) for i in (1, 3, 5)]
    assert (pixels == experts).all(axis=2).sum() > 100
    without = picture(render.png(re.sub(r"<text.*?</text>", "", HEADLINE), scale=1))
    assert (pixels != without).any(axis=2).sum() > 1000, "words need a typeface"


def test_bold_words_are_bolder() -> None:
    plain, bold = (
        picture(render.png(render.table_svg([], []).replace("</svg>", text), scale=4))
        for text in (
            '<text x="1" y="14" font-size="14">l</text></svg>',
            '<text x="1" y="14" font-size="14" font-weight="bold">l</text></svg>',
        )
    )
    assert (bold < 128).sum() > 1.2 * (plain < 128).sum() > 0


@pytest.mark.parametrize("scale", [0, -1, float("nan"), 1e6])
def test_a_scale_that_makes_no_picture_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        render.png(HEADLINE, scale=scale)


@pytest.mark.parametrize("text", ["", "no picture", "<svg"])
def test_what_is_not_svg_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        render.png(text)


def test_words_in_other_scripts_do_not_stop_a_picture() -> None:
    assert picture(render.png(render.table_svg(["日本語"], [["عربي"]]), scale=1)).size


def test_a_page_needs_no_network_and_no_script_to_show_the_figure() -> None:
    figure = FIGURES["overview.headline"]()
    page = render.html(figure, title="a < b", alt="what it shows")
    assert "<title>a &lt; b</title>" in page
    assert re.search(r"<noscript><svg.*</svg></noscript>", page, re.S)
    assert page.count("Plotly.newPlot") >= 1
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=", page)


def test_a_page_leaves_the_figure_as_it_was() -> None:
    figure = FIGURES["overview.headline"]()
    before = figure.to_json()
    for dark in (False, True):
        render.html(figure, dark=dark, height=300)
    assert figure.to_json() == before


def test_a_table_has_its_heads_and_cells_and_numbers_are_flush_right() -> None:
    svg = render.table_svg(["pair", "ρ"], [["cat – dog", "0.50"], ["<b>", "−0.1"]], alt="pairs")
    assert words(svg, "head") == ["pair", "ρ"]
    assert words(svg, "cell") == ["cat – dog", "0.50", "<b>", "−0.1"]
    assert [cell.get("text-anchor") for cell in drawn(svg, "cell")] == [None, "end"] * 2
    assert ElementTree.fromstring(svg).get("aria-label") == "pairs"


def test_a_long_cell_takes_several_lines_within_the_table() -> None:
    svg = render.table_svg(["text"], [["a word " * 60]])
    (cell,) = drawn(svg, "cell")
    assert len([line for line in cell if "tspan" in line.tag]) > 3
    assert float(ElementTree.fromstring(svg).get("width", "nan")) < 500


def test_a_table_without_rows_has_its_heads() -> None:
    assert words(render.table_svg(["a", "b"], [], dark=True), "head") == ["a", "b"]


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells"):
        render.table_svg(["a", "b"], [["1"]])
