"""Words in any script, against Unicode's own rules."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.probes.folding import folded, is_spaceless, pieces, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The CAT's bowl", "the cat s bowl"),
        ("a naïve owner", "a naïve owner"),
        ("cafe\u0301s", "cafés"),
        ("Straße STRASSE", "strasse strasse"),
        ("ΛΌΓΟΣ λόγος", "λόγοσ λόγοσ"),
        ("İstanbul ISPARTA ısparta", "istanbul isparta isparta"),
        ("rock ’n’ roll", "rock n roll"),
        ("O’Brien O'Brien Oʼbrien", "o brien o brien o brien"),
        ("mother‑in‐law—today", "mother in law today"),
        ("co\u00adoperate", "cooperate"),
        ("snake_case", "snake case"),
        ("C++ and C#, 1+1, A+", "c ++ and c # 1 1 a +"),
        ("12 km² of CO₂", "12 km of co"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
        ("می\u200cخواهم", "میخواهم"),
        ("日本語はT-シャツ", "日 本 語 は t シ ャ ツ"),
        ("นะ ค่ะ", "น ะ ค่ ะ"),
        ("!!! — …", ""),
    ],
)
def test_the_words_of_a_text_are_runs_of_letters_marks_and_digits(text: str, expected: str) -> None:
    assert tokens(text) == expected.split()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_every_spelling_of_one_text_has_the_same_words(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert tokens(unicodedata.normalize(form, text)) == tokens(text)  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(
    st.text("aB-'_é\u0301\u00adß日ー本นั้ı² .\u2060ñम\u094dʼ", max_size=20)
    | st.text("aB-'+#_éı .", max_size=20)
)
def test_the_pieces_of_a_text_hold_its_words_where_they_stand(text: str) -> None:
    found = list(pieces(text))
    assert [word for *_, words in found for word in words] == tokens(text)
    assert all(tokens(text[start:end]) == words for start, end, words in found)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))


def test_folding_twice_is_folding_once() -> None:
    for text in ("İI", "ẞß", "ǅ", "e\u0301\u00ad"):
        assert folded(folded(text)) == folded(text)


def test_scripts_without_spaces_are_known() -> None:
    assert all(map(is_spaceless, ("日本", "ねこ", "แมว", "T-シャツ")))
    assert not any(map(is_spaceless, ("cat", "кошка", "고양이", "बिल्ली")))
