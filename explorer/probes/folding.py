"""Text as it is compared: one spelling of what differs in bytes only, and its words."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_INVISIBLE = "\u00ad\u200c\u200d\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Soft hyphens, joiners and variation selectors: they change how a word looks, not
which word it is.
"""
_SPACELESS = (
    "\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\u3005-\u3007\u3041-\u30ff\u3105-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Chinese and Japanese letters."""
_MODIFIERS = "\u02bb\u02bc"
"""Letters that look and serve as apostrophes."""
_ALIKE = (("i\u0307", "i"), ("ı", "i"), *((letter, "'") for letter in _MODIFIERS))
_WORD = re.compile(r"[^\W_]+")
_WORD_OR_SIGN = re.compile(r"[^\W_]+|(?<=[^\W_])[+#]+(?![^\W_]|[+#])")
_SPECIAL = re.compile(
    "[²³¹¼-¾\u0300-\u036f\u0483-\u1dff\u2070-\u209f\u20d0-\u20ff\u2150-\U0010ffff]"
)
"""What may be or hold a mark, a superscript or a letter of a script without spaces."""
_ASCII = re.compile(r"[a-z0-9]+")
_ASCII_OR_SIGN = re.compile(r"[a-z0-9]+|(?<=[a-z0-9])[+#]+(?![^\W_]|[+#])")


def folded(text: str) -> str:
    """Text in the spelling in which concepts and sentences are compared.

    Unicode's NFC, case-folded ("Straße" is "strasse"), without soft hyphens and
    joiners; a modifier letter in place of an apostrophe is one, and "ı" and "İ" are
    "i", since capitals do not tell which of them was meant.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFC", _scripts().invisible.sub("", text))
    text = unicodedata.normalize("NFC", text.casefold())
    for written, meant in _ALIKE:
        text = text.replace(written, meant)
    return text


def tokens(text: str) -> list[str]:
    """The folded words of a text, in order.

    A word is a run of letters, marks and digits, so the parts of a compound count each,
    and so does what an apostrophe parts: "cat's" is cat and s. Signs right behind a
    word are a word of their own ("C++" is c and ++). Where a script has no spaces every
    letter is one.
    """
    text = folded(text)
    signs = "+" in text or "#" in text
    if text.isascii():
        return (_ASCII_OR_SIGN if signs else _ASCII).findall(text)
    if not _SPECIAL.search(text):
        return (_WORD_OR_SIGN if signs else _WORD).findall(text)
    scripts = _scripts()
    text = scripts.number.sub(" ", text).replace("_", " ")
    return scripts.word.findall(scripts.letter.sub(r" \g<0> ", text))


def is_spaceless(text: str) -> bool:
    """Whether a text holds letters of a script without spaces."""
    return bool(_scripts().letter.search(text))


def pieces(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Start, end and `tokens` of the words of a text, where they stand in it."""
    for match in _scripts().piece.finditer(text):
        if found := tokens(match[0]):
            yield match.start(), match.end(), found


@dataclass(frozen=True)
class _Scripts:
    invisible: re.Pattern[str]
    number: re.Pattern[str]
    """Superscripts, fractions and the like, which Python takes for letters."""
    letter: re.Pattern[str]
    """Of a script without spaces, with its marks."""
    word: re.Pattern[str]
    piece: re.Pattern[str]


@functools.cache
def _scripts() -> _Scripts:
    # Python's \w leaves out marks, which words of many scripts hold. Planes above the
    # first would make each of these sets ten times slower for the sake of dead scripts.
    marks, numbers = [], []
    for code in range(0x80, 0x10000):
        category = unicodedata.category(char := chr(code))
        if category[0] == "M":
            marks.append(char)
        elif category == "No":
            numbers.append(char)
    mark, number = "".join(marks), "".join(numbers)
    behind = f"[{mark}{_INVISIBLE}]"
    letter = f"(?!{behind})[{_SPACELESS}]{behind}*"
    others = rf"{behind}|(?![{_SPACELESS}{_MODIFIERS}{number}_])\w"
    signs = r"[+#]+(?![^\W_]|[+#])"
    return _Scripts(
        invisible=re.compile(f"[{_INVISIBLE}]"),
        number=re.compile(f"[{number}]"),
        letter=re.compile(letter),
        word=re.compile(rf"\w[\w{mark}]*|(?<=[\w{mark}]){signs}"),
        piece=re.compile(rf"(?:{letter}|(?:{others})+)(?:{signs})?"),
    )
