"""The evidence ladder: what must hold before a unit, a concept or a pair is believed.

Each file is one rung: `selective`, `stable`, `learned`, `beyond_words`; `popularity` is
the null of overlaps.
"""

LEVEL = 0.05
"""Of every test of the ladder, in the family that the test names."""
