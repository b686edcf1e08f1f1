"""A row of the registry: what an exhibit is called, needs and offers, and how it is
made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from explorer.core.similarity import JACCARD, Overlap
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.needs import Need
from explorer.results.expert_overlap import too_few
from explorer.results.reading import words_of
from explorer.results.view import View

Chosen = Mapping[str, str]
"""Option → value."""
Values = Callable[[View, Chosen], tuple[str, ...]]
SWITCH = ("false", "true")
"""Values of an option that is off by default."""


@dataclass(frozen=True)
class Option:
    """A choice that an exhibit offers; flag, address and control have its name."""

    name: str
    label: str
    values: tuple[str, ...] | Values
    """What can be chosen, the default first; "" stands for nothing. As a function of
    the view and the options before it: where it gives nothing the option does not
    arise.
    """
    help: str = ""
    follows: bool = False
    """Whether the page has its control with another exhibit."""
    scale: bool = False
    """Whether the values are in order of size: a slider."""
    default: str | None = None
    """What is chosen at first; None for the first value."""
    free: bool = False
    """Whether any text is taken, `values` being examples: the exhibit refuses what it
    cannot use.
    """

    def offered(self, view: View, chosen: Chosen) -> tuple[str, ...]:
        """What can be chosen on a view, the default first; empty where it does not
        arise.
        """
        return self.values(view, chosen) if callable(self.values) else self.values

    def first(self, offered: tuple[str, ...]) -> str | None:
        """What is chosen at first of what is offered; None where nothing is."""
        return self.default if self.default in offered else next(iter(offered), None)


@dataclass(frozen=True)
class Row:
    """An exhibit of the registry."""

    name: str
    page: str
    """The page that shows it."""
    about: str
    """One sentence: what am I looking at."""
    make: Callable[..., Exhibit]
    """From a view and, by keyword, the values of the options that arise."""
    needs: tuple[Need, ...] = ()
    options: tuple[Option, ...] = ()
    refuses: Callable[[View, Chosen], str | None] = lambda *_: None
    """From a view that meets the needs and the values of the options, why there is
    nothing to show of what was chosen; None where there is.
    """
    overlaps: tuple[Overlap, ...] = (JACCARD,)
    """Ways to compare expert sets that it knows."""

    def seen(self, view: View) -> View:
        """The view as it is shown where the page has a control of the overlap: one that
        shows expert sets themselves takes no notice of it.
        """
        return view if view.overlap in self.overlaps else replace(view, overlap=JACCARD)

    def exhibit(self, view: View, chosen: Chosen) -> Exhibit:
        """What is made of a view, with a note where its sets are smaller than asked."""
        shown = self.make(view, **chosen)
        notes = tuple(filter(None, (too_few(view.library, r.id, view.experts) for r in view.pair)))
        return replace(shown, notes=(*shown.notes, *notes)) if notes else shown

    def unmet(self, view: View) -> str | None:
        """The sentence of the first need that a view does not meet; None when all are
        met.
        """
        sentences = (need.lacking(view) for need in self.needs)
        return next((sentence for sentence in sentences if sentence), None)

    def lacking(self, view: View) -> str | None:
        """Why it cannot be shown of a view with what is chosen at first: a need, or a
        choice; None where it can.
        """
        if sentence := self.unmet(view):
            return sentence
        first: dict[str, str] = {}
        for option in self.options:
            value = option.first(option.offered(view, first))
            first |= {} if value is None else {option.name: value}
        return self.refuses(view, first)


CONCEPT = Option(
    "concept", "Concept", lambda view, _: words_of(view.library, view.run.id), follows=True
)
"""A concept of the run, chosen on the page."""
