"""Prompt templates: what a file of them must hold, and the messages they become."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.errors import InputError
from explorer.generate.prompts import load_prompts, messages

GOOD = """system = "Answer."
several = "Answer {count} times."
[chat]
plain = "Speak of {word}."
[base]
plain = "Of {word}:"
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "There is no file"),
        ("chat = [", "is not TOML"),
        ('system = "Answer."', "lacks chat, base"),
        ("sever = 1\n" + GOOD, "unknown key “sever”. Did you mean “several”?"),
        (GOOD.replace("of {word}", "of {wrod}"), "chat.plain: got 'Speak of {wrod}.'"),
        (GOOD.replace("of {word}", "of it"), "expected a text with {word} as its only placeholder"),
        (GOOD.replace("{count}", "ten"), "several: got 'Answer ten times.'"),
        (GOOD.replace('"Of {word}:"', "3"), "base.plain: got 3"),
        ('openings = "The"\n' + GOOD, "openings: got 'The', expected a list"),
        ('openings = ["The {word", "A"]\n' + GOOD, "opening 1: got 'The {word'"),
        (GOOD.replace('"Answer."', "1"), "system: got 1"),
    ],
)
def test_a_bad_file_of_prompts_says_what_is_wrong(
    tmp_path: Path, text: str | None, message: str
) -> None:
    path = tmp_path / "prompts.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_prompts(path)
    assert message in str(caught.value)


def test_several_sentences_are_asked_for_in_the_words_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "prompts.toml"
    path.write_text(GOOD)
    prompts = load_prompts(path)
    user = {"role": "user", "content": "Speak of cat."}
    assert messages(prompts, "plain", "cat") == [{"role": "system", "content": "Answer."}, user]
    assert messages(prompts, "plain", "cat", 3) == [
        {"role": "system", "content": "Answer 3 times."},
        user,
    ]
    del prompts["several"]
    assert messages(prompts, "plain", "cat", 3) == [{"role": "system", "content": "Answer."}, user]
