"""The page of probe sets on full, empty and damaged caches, at good and bad addresses,
and what it saves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.core.records import Sentence
from explorer.probes import probe_set
from explorer.store.run.write import RunWriter
from tests.pages.conftest import Opener
from tests.support.fixtures import DOMAINS, FakeExtraction, human_pairs, small_request
from tests.support.reading import captions, charts, texts

NASTY = (
    "<script>alert(1)</script> A *cat* costs $5 and $6, [see](http://evil.test) `cat` ~~cat~~ "
    "&amp; :red[cat]"
)
DOMAIN_OF = {word: domain for domain, found in DOMAINS.items() for word in found}


def sentences() -> list[Sentence]:
    """Thirty sentences of each of the twelve fixture concepts, from two sources; one is
    markup, two are near twins.
    """
    own = [f"{first}{second}" for first in "abcdef" for second in "vwxyz"]
    rows = [
        Sentence(
            word,
            f"Sentence {n} tells of a {word} {' '.join(mark * k for k in (2, 3, 4))}.",
            f"writer-{n % 2}",
        )
        for word in DOMAIN_OF
        for n, mark in enumerate(own)
    ]
    twin = "A cat tells of its very long and happy life, day after day, in one old {}."
    twins = [Sentence("cat", twin.format(place), "writer-1") for place in ("house", "barn")]
    return [*rows, Sentence("cat", NASTY, "writer-0"), *twins]


@pytest.fixture
def study(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache whose only probe set is “pets”."""
    monkeypatch.setattr("explorer.core.settings.bundled_dir", lambda: empty_cache / "bundled")
    probe_set.save(
        "pets", sentences(), {"made_by": "import", "file": "x<script>.csv", "domains": DOMAIN_OF}
    )
    return empty_cache


def run_on(cache: Path, name: str) -> str:
    """A finished run on a probe set; its id."""
    request = replace(
        small_request(), probe_set=name, probe_digest=probe_set.load(name).info.digest
    )
    fake = FakeExtraction(request)
    with RunWriter(
        cache / "runs", request, fake.modules, fake.sentences, fake.draws, human_pairs(), {}
    ) as writer:
        for result in fake.concepts():
            writer.write_concept(result)
        writer.finish({"versions": fake.versions})
    return request.id


def ticks(page: AppTest) -> list[str]:
    return [box.label.replace("\\", "") for box in page.checkbox]


def table(page: AppTest):  # type: ignore[no-untyped-def]
    return page.dataframe[0].value.set_index("concept")


def test_the_page_tells_what_the_set_holds(study: Path, open_page: Opener) -> None:
    page = open_page("probe_sets")
    metrics = {metric.label: metric.value for metric in page.metric}
    assert metrics["Concepts"] == "12"
    assert metrics["Sentences"] == "363"
    assert metrics["Near duplicates"] == "1"
    assert metrics["Digest"] == probe_set.load("pets").info.digest[:7]
    assert "Made by: import of a file" in texts(page).replace("**", "")
    assert "3 domains for 12 concepts" in texts(page)
    assert table(page).loc["cat", "near"] == 1
    assert table(page).loc["dog", "sentences"] == 30
    assert table(page)["type_token_first"].notna().all()
    lengths, growth = charts(page)
    assert "writer-0" in lengths
    assert "first sentences of a concept" in growth
    assert sum("n = 12" in caption for caption in captions(page)) == 2


def test_without_a_run_words_tell_what_is_near(study: Path, open_page: Opener) -> None:
    page = open_page("probe_sets", concept="cat")
    assert "No finished run has read these sentences" in texts(page)
    assert "cosine of TF-IDF" in texts(page)


def test_a_run_on_the_set_gives_its_sentence_embeddings(study: Path, open_page: Opener) -> None:
    run_on(study, "pets")
    page = open_page("probe_sets", concept="cat")
    assert "cosine of sentence embeddings of SmolLM2-135M-Instruct" in texts(page)
    assert set(table(page).loc["cat", "nearest"].split(", ")) == {"dog", "horse", "cheetah"}
    assert not page.warning


def test_a_concept_in_the_wrong_company_is_hinted_at(study: Path, open_page: Opener) -> None:
    wrong = DOMAIN_OF | {"cat": "color"}
    probe_set.save("wrong", sentences(), {"domains": wrong})
    run_on(study, "wrong")
    page = open_page("probe_sets", probes="wrong", concept="cat", hints="true")
    assert "other domain" in table(page).loc["cat", "hint"]
    assert any(
        "not of the domain color" in w.value and "not a verdict" in w.value for w in page.warning
    )


def test_concepts_are_found_by_word_and_by_domain(study: Path, open_page: Opener) -> None:
    assert list(table(open_page("probe_sets", find="CHEE")).index) == ["cheetah"]
    assert set(table(open_page("probe_sets", find="vehic")).index) == {
        "car",
        "bus",
        "bike",
        "vehicle",
    }
    assert "No concept of this probe set fits." in texts(open_page("probe_sets", find="zebra"))


def test_sentences_come_in_pages_and_by_search_and_source(study: Path, open_page: Opener) -> None:
    page = open_page("probe_sets", concept="dog")
    assert len(ticks(page)) == 25
    assert ":primary-background[**dog**]" in ticks(page)[0]
    assert len(ticks(open_page("probe_sets", concept="dog", page="2"))) == 5
    assert len(ticks(open_page("probe_sets", concept="dog", source="writer-1"))) == 15
    found = ticks(open_page("probe_sets", search="SENTENCE 7 TELLS"))
    assert len(found) == 12
    assert len(ticks(open_page("probe_sets", show="duplicates and near duplicates"))) == 1
    assert (
        "nearly the same as no. 32"
        in ticks(open_page("probe_sets", show="duplicates and near duplicates"))[0]
    )


def test_a_sentence_that_is_markup_stays_a_sentence(study: Path, open_page: Opener) -> None:
    page = open_page("probe_sets", concept="cat", search="alert")
    (label,) = [box.label for box in page.checkbox]
    for bad in ("<script", "$5", "[see]", "`", "~~", ":red[", "&amp;", "://"):
        assert not re.search(rf"(?<!\\){re.escape(bad)}", label), bad
    read = (
        label.replace(":primary-background[**", "")
        .replace("**]", "")
        .replace("\\", "")
        .replace("\N{WORD JOINER}", "")
    )
    assert read.startswith(NASTY)
    assert "x\\<script\\>\\.csv" in "".join(str(m.value) for m in page.markdown)


def test_bad_parameters_fall_back_with_a_notice(study: Path, open_page: Opener) -> None:
    bad = {
        "probes": "nosuch",
        "concept": "zebra",
        "source": "nobody",
        "show": "none",
        "page": "99",
        "hints": "maybe",
    }
    page = open_page("probe_sets", **bad)
    for value in bad.values():
        assert f"“{value}”" in texts(page)
    assert len(ticks(page)) == 25
    assert not page.error


def test_ticked_sentences_are_left_out_of_a_new_set(study: Path, open_page: Opener) -> None:
    page = open_page("probe_sets", concept="dog")
    page.checkbox[0].check().run()
    assert "1 excluded, 0 added" in texts(page)
    assert ticks(page)[0].startswith("~~")
    page.text_input(key="new_name").input("pets-2")
    page.button(key="save").click().run()
    assert "Saved as the probe set **pets\\-2**" in page.success[0].value
    assert page.selectbox(key="probes").value == "pets-2"
    assert probe_set.load("pets-2").info.sizes["dog"] == 29
    assert probe_set.load("pets").info.sizes["dog"] == 30
    assert "excluded, 0 added" not in texts(page)


def test_a_source_of_one_sentence_is_named_and_not_drawn(study: Path, open_page: Opener) -> None:
    probe_set.save(
        "more", [*sentences(), Sentence("cat", "My cat is an only cat here.", "lone")], {}
    )
    page = open_page("probe_sets", probes="more")
    assert all("lone" not in figure for figure in charts(page))
    assert sum("fewer than 30 sentences: lone" in caption for caption in captions(page)) == 2


def test_a_tick_can_be_taken_back(study: Path, open_page: Opener) -> None:
    page = open_page("probe_sets", concept="dog")
    page.checkbox[0].check().run()
    page.checkbox[0].uncheck().run()
    assert "Draft of a new probe set" not in texts(page)
    assert not ticks(page)[0].startswith("~~")


def test_added_sentences_are_checked_and_saved(study: Path, open_page: Opener) -> None:
    page = open_page("probe_sets", concept="dog")
    (area,) = page.text_area
    area.input("Two dogs played in the park.\nThis is about a cat only.\nA dog.")
    next(button for button in page.button if button.label == "Add to the draft").click().run()
    assert "Nothing was added" in texts(page)
    assert "line 2: does not contain “dog”" in texts(page)
    assert "line 3: 2 words, expected 5–32" in texts(page)
    page.text_area[0].input("Two dogs played in the park.")
    next(button for button in page.button if button.label == "Add to the draft").click().run()
    assert "0 excluded, 1 added" in texts(page)
    assert page.text_area[0].value == ""
    page.text_input(key="new_name").input("pets-3")
    page.button(key="save").click().run()
    assert probe_set.load("pets-3").sentences["dog"][-1].text == "Two dogs played in the park."


@pytest.mark.parametrize(
    ("name", "why"), [("pets", "already"), ("a/b", "cannot name"), ("bundled", "ships with")]
)
def test_a_name_that_cannot_be_used_is_told_and_the_draft_stays(
    study: Path, open_page: Opener, name: str, why: str
) -> None:
    page = open_page("probe_sets", concept="dog")
    page.checkbox[0].check().run()
    page.text_input(key="new_name").input(name)
    page.button(key="save").click().run()
    assert why in texts(page)
    assert "1 excluded, 0 added" in texts(page)
    assert [path.name for path in (study / "probes").iterdir()] == ["pets.parquet"]


def test_no_probe_set_at_all_tells_how_to_get_one(
    empty_cache: Path, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.core.settings.bundled_dir", lambda: empty_cache / "bundled")
    page = open_page("probe_sets")
    assert "No probe set" in texts(page)
    assert "probes --help" in texts(page)
    assert not charts(page)


def test_a_damaged_probe_set_says_so_and_the_others_can_be_chosen(
    study: Path, open_page: Opener
) -> None:
    probe_set.path_of("torn").write_bytes(b"PAR1 torn")
    page = open_page("probe_sets", probes="torn")
    assert "torn.parquet is not a readable probe set" in texts(page)
    page.selectbox(key="probes").select("pets").run()
    assert not page.error
    assert len(charts(page)) == 2
