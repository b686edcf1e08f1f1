"""Exhibits of the pages overview and alignment: complete on any view, and told where
one is not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from explorer.core.errors import InputError
from explorer.core.ratings import Ratings
from explorer.core.settings import PROJECT
from explorer.core.tau import Tau
from explorer.exhibits import EXHIBITS, Exhibit, exhibit
from explorer.exhibits.row import Row
from explorer.results.view import View, parse_view
from explorer.store.library import Library
from explorer.store.run.write import RunWriter
from tests.support.fixtures import CONCEPTS, FakeExtraction, small_request, small_run

ROWS = [row for row in EXHIBITS.values() if row.page in ("overview", "alignment")]
STEPS = {0: 0.0, 64: 0.4, 512: 1.0}
EACH_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def opened(folder: Path, **address: str) -> View:
    view, misfits = parse_view(Library(folder), address)
    assert view is not None
    assert not misfits
    return view


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> View:
    """Two models of three checkpoints each; the view of the last of one."""
    folder = tmp_path_factory.mktemp("runs")
    for model in ("fixture/small", "fixture/large"):
        for step, quality in STEPS.items():
            small_run(folder, model=model, revision=f"step{step}", quality=quality)
    return opened(folder, human="fixture test")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> View:
    """A run of one fold and one domain without a control, of few pairs."""
    folder = tmp_path_factory.mktemp("bare")
    small_run(folder, concepts=CONCEPTS[:4], folds=1)
    return opened(folder)


@pytest.fixture(scope="module")
def unrated(tmp_path_factory: pytest.TempPathFactory) -> View:
    """A run whose words nobody rated."""
    folder = tmp_path_factory.mktemp("unrated")
    fake = FakeExtraction(small_request(concepts=("quince", "medlar", "sloe")))
    with RunWriter(
        folder, fake.request, fake.modules, fake.sentences, fake.draws, [], {}
    ) as writer:
        for result in fake.concepts():
            writer.write_concept(result)
        writer.finish({})
    return opened(folder)


def assert_complete(shown: Exhibit, row: Row, view: View) -> None:
    assert shown.name == row.name
    assert shown.title
    assert not shown.title.endswith(".")
    asked = view.run.request
    for part in (f"probe set {asked.probe_set}", "N⁺ ", f"{asked.n_positive}", "fold", "n = "):
        assert part in shown.caption
    assert len(shown.alt) > 20
    assert not shown.filename.endswith((".svg", ".csv"))
    assert isinstance(shown.data, pd.DataFrame)
    assert len(shown.data.columns) > 0
    if shown.table is not None:
        assert len(shown.table.spelled) == len(shown.table.rows)
    if shown.figure is not None:
        assert json.loads(shown.figure.to_json())["data"]


@EACH_ROW
def test_each_is_complete_on_a_study_or_says_what_it_needs(row: Row, study: View) -> None:
    if sentence := row.lacking(study):
        told = {
            "coverage": "33 pairs covered. The file “fixture.csv” is not in the cache",
            "triplets": "These ratings are not made of triplets",
        }
        assert told[row.name] in sentence
        return
    assert_complete(exhibit(row.name, study), row, study)


@EACH_ROW
def test_each_is_complete_on_a_lonely_run_or_says_what_it_needs(row: Row, bare: View) -> None:
    if row.lacking(bare):
        with pytest.raises(InputError, match="cannot be shown"):
            exhibit(row.name, bare)
        return
    assert_complete(exhibit(row.name, bare), row, bare)


@EACH_ROW
def test_without_ratings_each_says_so(row: Row, unrated: View) -> None:
    sentence = row.lacking(unrated)
    assert sentence is not None
    assert "No human ratings cover two concepts" in sentence


@EACH_ROW
def test_every_option_can_be_chosen(row: Row, study: View) -> None:
    if row.lacking(study):
        return
    for option in row.options:
        before = {"compare": "checkpoints"} if option.name == "against" else {}
        for value in option.offered(study, before):
            assert_complete(exhibit(row.name, study, **before, **{option.name: value}), row, study)


def test_too_few_pairs_for_a_correlation_are_counted(bare: View) -> None:
    few = View(bare.library, bare.run, Ratings("fixture", "test"), bare.tau)
    sentence = EXHIBITS["headline"].lacking(few)
    assert sentence is not None
    assert "Alignment cannot be told from the 3 pairs of fixture test" in sentence


def test_what_does_not_arise_is_not_offered(study: View, bare: View) -> None:
    arising = {
        name: [option.name for option in EXHIBITS["alignment"].options if option.offered(view, {})]
        for name, view in (("study", study), ("bare", bare))
    }
    assert arising["study"] == ["panels", "held", "null", "representation"]
    assert arising["bare"] == ["held", "null", "representation"]
    with pytest.raises(InputError, match="does not arise"):
        exhibit("alignment", study, held="true", null="true")
    with pytest.raises(InputError, match="does not arise"):
        exhibit("differences", study, against="the one before")


def test_alignment_says_what_raters_judged_where_that_is_known() -> None:
    bundled = opened(PROJECT / "cache" / "runs", human="SimLex-999")
    assert "SimLex-999 rates similarity" in exhibit("alignment", bundled).caption


def test_alignment_names_its_choices_in_the_caption(study: View) -> None:
    caption = exhibit("alignment", study, held="true").caption
    assert "partial ρ given the words" in caption
    assert "2,000 shuffles of the words" in exhibit("alignment", study, null="true").caption
    assert "small (3 runs)" in caption
    assert "large (3 runs)" in caption


def test_the_chosen_point_of_a_representation_stands_out(study: View) -> None:
    def chosen(representation: str) -> float:
        figure = exhibit("alignment", study, representation=representation).figure
        assert figure is not None
        (halo,) = [trace for trace in figure.data if trace.marker.size == 24]
        return float(halo.y[0])

    points = exhibit("alignment", study).data.query("run == @study.run.id")
    for row in points.itertuples():
        assert chosen(row.representation) == row.rho


def test_a_clicked_point_names_its_run_and_representation(study: View) -> None:
    shown = exhibit("alignment", study)
    assert shown.target == ("run", "representation")
    assert shown.figure is not None
    marked = [t.customdata for t in shown.figure.data if t.customdata is not None]
    named = {tuple(point[:2]) for custom in marked for point in custom}
    assert named == set(shown.data[["run", "representation"]].itertuples(index=False, name=None))


def test_differences_of_one_run_are_a_table_and_over_steps_a_figure_too(study: View) -> None:
    alone = exhibit("differences", study)
    assert alone.figure is None
    assert alone.table is not None
    over = exhibit("differences", study, compare="sizes")
    assert over.figure is not None
    assert over.table is not None
    assert over.table.spelled["p"].str.match(r"<\s0.001|0\.\d{3}|1\.000|–").all()


def test_threshold_does_not_depend_on_the_threshold_looked_at(study: View) -> None:
    other = View(study.library, study.run, study.ratings, Tau.of(0.7))
    assert exhibit("threshold", other).data.equals(exhibit("threshold", study).data)
    assert exhibit("threshold", other).figure != exhibit("threshold", study).figure


@pytest.mark.slow
def test_exhibits_need_neither_screen_nor_model(tmp_path: Path) -> None:
    small_run(tmp_path)
    small_run(tmp_path, random_init=0)
    script = f"""
import sys
from explorer.exhibits import EXHIBITS, exhibit
from explorer.results.library import open_library
from explorer.results.view import parse_view
view, _ = parse_view(open_library({str(tmp_path)!r}), {{}})
for row in EXHIBITS.values():
    if row.lacking(view) is None:
        exhibit(row.name, view).data
print(sorted({{"streamlit", "torch", "transformers"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
