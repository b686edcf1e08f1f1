"""Every family as one fixture."""

from __future__ import annotations

from tests.extract.conftest import loaded

__all__ = ["loaded"]
