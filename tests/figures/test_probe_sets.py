"""Sentence lengths and type/token ratios by source."""

from __future__ import annotations

import pandas as pd

from explorer.figures.probe_sets import left_out, sentence_lengths, source_styles, type_token_growth
from explorer.figures.stability_grid import source_colours

LENGTHS = pd.DataFrame(
    [("<b>a</b>", 5, 1, 0.25), ("<b>a</b>", 8, 3, 0.75), ("b", 6, 2, 1.0)],
    columns=["source", "words", "sentences", "share"],
)
GROWTH = pd.DataFrame(
    [
        (s, n, m, m - 0.1, m + 0.1, 4)
        for s in ("a", "b")
        for n, m in ((10, 0.6), (20, 0.5), (21, 0.49))
    ],
    columns=["source", "n", "mean", "low", "high", "concepts"],
)


def test_lengths_that_do_not_occur_are_drawn_as_zero() -> None:
    first = sentence_lengths(LENGTHS).data[0]
    assert list(first.x) == [4, 5, 6, 7, 8, 9]
    assert list(first.y) == [0, 0.25, 0, 0, 0.75, 0]


def test_a_handful_of_sentences_does_not_flatten_the_others() -> None:
    lengths = pd.DataFrame([("a", 5, 40, 1.0), ("b", 6, 1, 1.0)], columns=LENGTHS.columns)
    assert left_out(lengths) == ["b"]
    assert [trace.name for trace in sentence_lengths(lengths).data] == ["a"]
    assert left_out(LENGTHS) == []


def test_a_source_keeps_its_colour_from_figure_to_figure() -> None:
    lengths = {
        trace.name: trace.line.color
        for trace in sentence_lengths(LENGTHS.replace("<b>a</b>", "a")).data
    }
    growth = {
        trace.name: trace.line.color for trace in type_token_growth(GROWTH).data if trace.name
    }
    assert lengths == growth
    assert len(set(growth.values())) == 2


def test_many_sources_are_told_apart() -> None:
    styles = source_styles(f"source {i}" for i in range(12))
    assert len(set(styles.values())) == 12


def test_a_source_has_the_colour_it_has_on_the_page_of_stability() -> None:
    known = ["b", "c", "zebra"]
    styles = source_styles(["a", "c"], known)
    assert styles["c"][0] == source_colours(known)["c"]
    assert styles["a"][0] not in source_colours(known).values()


def test_the_name_of_a_source_cannot_be_markup() -> None:
    figure = sentence_lengths(LENGTHS)
    assert figure.data[0].name == "&lt;b&gt;a&lt;/b&gt;"
    assert "<b>a" not in figure.data[0].hovertemplate


def test_means_have_bands_and_ticks_do_not_crowd() -> None:
    figure = type_token_growth(GROWTH)
    assert sum(trace.fill == "toself" for trace in figure.data) == 2
    assert sorted(figure.layout.xaxis.tickvals) == [10, 21]
    assert figure.layout.xaxis.type == "log"
