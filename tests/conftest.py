"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples each time, so that a change is never blamed for what chance found; EXPLORE=1 looks for new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", max_examples=500)
settings.load_profile("explore" if os.environ.get("EXPLORE") else "same")
