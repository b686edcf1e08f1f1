"""What somebody may write where a name, a number or a path is asked for: on the command
line, in an address, in the environment.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.hostile.case import Text

TEXTS = [
    Text("nothing", ""),
    Text("a space", " "),
    Text("a path upwards", "../../etc/passwd"),
    Text("NUL", "a\0b"),
    Text("an escape", "\x1b[31mred\x07"),
    Text("a line break", "a\nb"),
    Text("markup", "<script>alert(1)</script>"),
    Text("a link", "[x](javascript:alert(1)) ![i](http://127.0.0.1/i.png)"),
    Text("a formula", "=HYPERLINK(1)"),
    Text("5,000 letters", "a" * 5000),
    Text("right to left", "a\u202eb"),
    Text("half a character", "a\udcff"),
    Text("no number", "nan"),
    Text("beyond all numbers", "1e999"),
    Text("a long number", "9" * 5000),
    Text("a query", "'; DROP TABLE meta; --"),
    Text("a template", "{0.__class__} %s $HOME `id`"),
    Text("the home of nobody", "~nobody-here/x"),
    Text("nowhere", "/nowhere/at/all"),
    Text("a comma", ","),
]
"""Never a run, a job, a probe set, a number or a file of the place."""


ENVIRONMENT = [text for text in TEXTS if "\0" not in text.text] + [
    Text("a file", __file__),
    Text("a device", "/dev/null"),
    Text("a folder of the system", "/proc/self"),
    Text("a folder that leads nowhere", "/proc/self/fd/999/x"),
]
"""Values that a variable of the environment can have."""


class Address(NamedTuple):
    """A parameter of the address of a page, whose other parameters are wrong too."""

    name: str
    page: str
    parameters: tuple[tuple[str, str], ...]
    said: str


_ASKED = {
    "overview": ("run",),
    "alignment": ("run", "human", "tau", "ceiling", "section"),
    "alignment/Differences": ("compare", "against"),
    "alignment/Word pairs": ("representation", "ranks"),
    "concepts": ("run", "human", "tau", "concept", "domain", "rungs"),
    "units": ("run", "tau", "kind", "layer", "serves", "unit"),
    "pairs": ("run", "human", "tau", "overlap", "concept", "other", "representation", "ranks"),
    "where": ("run", "human", "tau", "high"),
    "stability": ("run", "tau", "growing"),
    "sentence": ("run", "tau", "text", "token"),
    "domains": ("run", "tau", "overlap", "edges", "all", "places", "concept"),
    "domains/Matrix": ("order",),
    "probe_sets": ("probes", "run", "concept", "hints", "source", "show"),
    "extract": ("job", "run"),
}
"""Page, and its section where that is not the first → its parameters."""
_SILENT = {
    *((page, "run") for page in ("overview", "probe_sets", "extract")),
    ("alignment", "ceiling"),
    *(("alignment/Differences", name) for name in ("compare", "against")),
    *(("sentence", name) for name in ("text", "token")),
    *(("units", name) for name in ("unit", "kind", "layer", "serves")),
    ("extract", "job"),
    ("stability", "growing"),
}
"""Parameters that a page does not have on this run, or of which it says in its own
words that there is none."""


def _addresses() -> list[Address]:
    usable = [text for text in TEXTS if "\0" not in text.text and "\udcff" not in text.text]
    found = []
    for turn in (0, 7):
        for place, (where, asked) in enumerate(_ASKED.items()):
            page, _, section = where.partition("/")
            texts = [usable[(turn + place + i) % len(usable)] for i in range(len(asked))]
            wrong = tuple(zip(asked, (text.text for text in texts), strict=True))
            wrong += (("section", section),) if section else ()
            found += [
                Address(
                    f"{where}?{name}, {text.name}",
                    page,
                    wrong,
                    "" if (where, name) in _SILENT else f"asks for {name}",
                )
                for name, text in zip(asked, texts, strict=True)
            ]
    return found


ADDRESSES = _addresses()
