"""What is looked at: a run among its like, human ratings, τ, how sets are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from explorer.core.errors import InputError
from explorer.core.ratings import Ratings
from explorer.core.records import RunInfo
from explorer.core.similarity import (
    JACCARD,
    Experts,
    Overlap,
    Similarity,
    parse_overlap,
    similarities,
)
from explorer.core.tau import LOWEST, Tau
from explorer.results.ratings import RatedChoice, rated_choices
from explorer.results.selection import Selection, selection
from explorer.store.library import Library


@dataclass(frozen=True)
class View:
    """A run, the runs it compares with, human ratings (None: none cover it), τ, and how
    expert sets are compared.

    It parses from the parameters of an address and prints to them; results take it
    whole.
    """

    library: Library = field(repr=False, compare=False)
    run: RunInfo
    ratings: Ratings | None
    tau: Tau = LOWEST
    overlap: Overlap = JACCARD

    @cached_property
    def selection(self) -> Selection:
        """The runs of the library when the view was first asked for others."""
        return selection(self.library)

    @cached_property
    def runs(self) -> tuple[RunInfo, ...]:
        """The runs that differ from the run in the checkpoint only, itself
        among them.
        """
        return self.selection.same_design(self.run)

    @cached_property
    def control(self) -> RunInfo | None:
        """The untrained control of the run: its twin, else step 0 of its training."""
        return self.selection.control(self.run)

    @property
    def pair(self) -> tuple[RunInfo, ...]:
        """The run and, where there is one, its control."""
        return (self.run, self.control) if self.control else (self.run,)

    @property
    def similarities(self) -> tuple[Similarity, ...]:
        """The three representations."""
        return similarities(self.experts)

    @property
    def experts(self) -> Experts:
        """Overlap of expert sets as it is looked at."""
        return Experts(self.tau, self.overlap)

    @cached_property
    def choices(self) -> tuple[RatedChoice, ...]:
        """The ratings that cover pairs of the run, the default first."""
        return rated_choices(self.library, self.run.id)

    @property
    def rated(self) -> Ratings:
        """The ratings. Raises InputError where none cover a pair of the run."""
        if self.ratings is None:
            raise InputError(
                "No human ratings cover two concepts of this run.",
                "Choose another run, or extract one whose concepts include both words of rated "
                "pairs.",
            )
        return self.ratings

    @property
    def address(self) -> dict[str, str]:
        """The parameters that make this view, as `parse_view` reads them."""
        parts = {"run": self.run.id, "tau": str(self.tau)}
        parts |= {"human": self.ratings.label} if self.ratings else {}
        # The default goes without saying, so that older addresses mean what they meant.
        return parts | ({"overlap": self.overlap.name} if self.overlap != JACCARD else {})


@dataclass(frozen=True)
class Misfit:
    """A parameter of an address that asks for what is not there, and what took its
    place.
    """

    name: str
    given: str
    used: str

    @property
    def sentence(self) -> str:
        """What to tell the reader."""
        given = self.given.encode("utf-8", "replace").decode()  # half a character has no bytes
        return (
            f"The address asks for {self.name} “{given}”, which is not there. "
            f"Shown instead: {self.used}."
        )


def parse_view(
    library: Library, address: Mapping[str, str], *, default_tau: Tau = LOWEST
) -> tuple[View | None, tuple[Misfit, ...]]:
    """The view that an address names, and what of the address fits nothing.

    What is left out or does not fit becomes the default. run: an id, or the start of
    one that only one run has; human: a label such as "MEN test"; tau: a value of the
    grid; overlap: a name such as "beyond chance". None when the library has no run.
    """
    chosen = selection(library)
    if chosen.default is None:
        return None, ()
    misfits: list[Misfit] = []
    run = _run(chosen, address.get("run"))
    if run is None:
        run = chosen.default
        misfits.append(Misfit("run", address["run"], chosen.label(run)))
    choices = {choice.ratings.label: choice.ratings for choice in rated_choices(library, run.id)}
    label = address.get("human", next(iter(choices), ""))
    if label not in choices and "human" in address:
        misfits.append(Misfit("human", label, next(iter(choices), "none")))
    ratings = choices.get(label, next(iter(choices.values()), None))
    try:
        tau = Tau.parse(address["tau"]) if "tau" in address else default_tau
    except InputError:
        tau = default_tau
        misfits.append(Misfit("tau", address["tau"], str(tau)))
    try:
        overlap = parse_overlap(address.get("overlap", JACCARD.name))
    except InputError:
        overlap = JACCARD
        misfits.append(Misfit("overlap", address["overlap"], overlap.name))
    return View(library, run, ratings, tau, overlap), tuple(misfits)


def view_of(
    library: Library,
    *,
    run: str | None = None,
    human: str | None = None,
    tau: float | str | None = None,
    overlap: str | None = None,
) -> View:
    """The view of a run, by id or the start of one, with human ratings at a τ; overlap:
    how expert sets are compared, one of `core.similarity.OVERLAPS` by name.

    What is left out is what the dashboard opens on. Raises InputError where there is no
    run, and for what is not there.
    """
    if overlap is not None:
        overlap = parse_overlap(overlap).name
    given = {
        "run": run,
        "human": human,
        "tau": tau if tau is None else str(tau),
        "overlap": overlap,
    }
    address = {name: value for name, value in given.items() if value is not None}
    view, misfits = parse_view(library, address)
    if view is None:
        raise InputError("There is no finished run.", "Extract one: `explorer extract --help`.")
    for misfit in misfits:
        raise InputError(
            f"{misfit.name}: got “{misfit.given}”, which is not there.",
            f"There is, for example, {misfit.used}. See `explorer runs list`.",
        )
    return view


def _run(chosen: Selection, given: str | None) -> RunInfo | None:
    if given is None:
        return chosen.default
    if given in chosen.by_id:
        return chosen.by_id[given]
    starts = [run for run in chosen.runs if given and run.id.startswith(given)]
    return starts[0] if len(starts) == 1 else None
