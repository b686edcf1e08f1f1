"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples each time, so that a change is never blamed for what chance found;
# EXPLORE=1 looks for new ones. No deadline: a busy machine must not fail a test of
# correctness.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=500, deadline=None)
settings.load_profile("explore" if os.environ.get("EXPLORE") else "same")
