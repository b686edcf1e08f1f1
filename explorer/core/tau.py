"""The thresholds above which a unit is an expert."""

from __future__ import annotations

TAUS: tuple[float, ...] = (0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95)
