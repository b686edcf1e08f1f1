"""Lists of words in a text file."""

from __future__ import annotations

from explorer.core.paths import user_path
from explorer.probes.reading.text import lines, reading, regular

_HINT = "Give a text file of one word a line."
_LONGEST, _MOST = 1_000_000, 10_000_000


def read_words(name: str) -> list[str]:
    """The entries of a file, which stand in lines of their own or between commas.

    Raises InputError for a file that is no UTF-8 text or longer than ten million
    characters.
    """
    path = user_path(name)
    with reading(path, _HINT):
        found = lines(regular(path, _HINT), longest=_LONGEST, most=_MOST)
        words = [word.strip() for _, line in found for word in line.split(",")]
    return [word for word in words if word]
