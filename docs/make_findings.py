"""Write the table of docs/findings.md: what it claims of the runs that ship, what would
have refuted each claim, and what the runs say. Part of `make docs`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from explorer.core.plan import Hypothesis, hypotheses_of  # noqa: E402
from explorer.reports.claims import spelled  # noqa: E402
from explorer.reports.hypotheses import Found, judge  # noqa: E402
from explorer.results.library import open_library  # noqa: E402
from explorer.store.library import Library  # noqa: E402
from tests.support.marked import put_in_place  # noqa: E402

PAGE = DOCS / "findings.md"
MARK = "claims"
VERDICTS = {"as expected": "stands", "not as expected": "**does not stand**"}


def claims() -> tuple[Hypothesis, ...]:
    """Those of docs/claims.toml."""
    rows = tomllib.loads((DOCS / "claims.toml").read_text("utf-8"))["hypotheses"]
    return hypotheses_of(rows, with_runs=True)


def undone_by(claim: Hypothesis) -> str:
    """The number with which a claim would not stand, in words."""
    bounds = ((claim.above, "reaches down to", "≤"), (claim.below, "reaches up to", "≥"))
    return " or ".join(
        f"its interval {reaches} {bound:g}"
        if claim.interval
        else f"{claim.column} {sign} {bound:g}"
        for bound, reaches, sign in bounds
        if bound is not None
    )


def table(library: Library) -> str:
    """The claims as a Markdown table. Raises SystemExit for one that cannot be told."""
    lines = ["| claim | measured by | stands unless | found | |", "|---|---|---|---|---|"]
    for claim in claims():
        found = judge(claim, library)
        if found.status not in VERDICTS:
            raise SystemExit(f"{claim.name}: {found.why}")
        lines.append("| " + " | ".join(_cells(claim, found)) + " |")
    return "\n".join(lines)


def _cells(claim: Hypothesis, found: Found) -> Iterator[str]:
    asked = [claim.exhibit, claim.human, claim.overlap]
    yield claim.text
    yield ", ".join(filter(None, asked))
    yield undone_by(claim)
    yield spelled(*found.values, form=".3f")
    yield VERDICTS[found.status]


def main() -> int:
    """Put the table in its place."""
    if not put_in_place(PAGE, MARK, table(open_library())):
        raise SystemExit(f"{PAGE.name} has no place for the claims: <!-- {MARK} -->.")
    print("findings.md: the table of claims")
    return 0


if __name__ == "__main__":
    sys.exit(main())
