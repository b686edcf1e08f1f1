"""The threshold τ: a unit is an expert of a concept when its average precision is above
it.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.errors import InputError

TAUS: tuple[float, ...] = (0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95)
"""The grid on which overlaps and set sizes are stored."""
_TOLERANCE = 1e-6


@dataclass(frozen=True, order=True)
class Tau:
    """A value of the grid, by its position there."""

    index: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.index < len(TAUS):
            raise InputError(f"τ: got position {self.index}, expected 0 to {len(TAUS) - 1}.")

    @property
    def value(self) -> float:
        """The threshold itself, 0.50 to 0.95."""
        return TAUS[self.index]

    @classmethod
    def of(cls, value: float) -> Tau:
        """The value of the grid that equals `value`. Raises InputError when
        none does.
        """
        for index, tau in enumerate(TAUS):
            if abs(tau - value) < _TOLERANCE:
                return cls(index)
        grid = ", ".join(f"{tau:.2f}" for tau in TAUS)
        raise InputError(f"τ: got {value:g}, expected one of {grid}.")

    @classmethod
    def parse(cls, text: str) -> Tau:
        """The value of the grid that a text writes. Raises InputError."""
        try:
            value = float(text)
        except ValueError:
            raise InputError(f"τ: got “{text}”, expected a number such as 0.55.") from None
        return cls.of(value)

    def __str__(self) -> str:
        return f"{self.value:.2f}"


GRID: tuple[Tau, ...] = tuple(map(Tau, range(len(TAUS))))
LOWEST = GRID[0]
"""What every view opens on."""
