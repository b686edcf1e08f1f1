"""Write the figures of the pages in docs/, and the report of the bundled study, from
the runs of the cache: `make docs`.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from explorer.core.errors import ExplorerError  # noqa: E402
from explorer.exhibits import exhibit  # noqa: E402
from explorer.exhibits.export import export  # noqa: E402
from explorer.reports.page import write_report  # noqa: E402
from explorer.reports.reading import read_report  # noqa: E402
from explorer.results.library import open_library  # noqa: E402
from explorer.results.view import View, parse_view  # noqa: E402
from explorer.store.library import Library  # noqa: E402

_OWN = ("file", "exhibit", "needs", "run", "human", "tau", "probe_set", "n_concepts")


def main() -> int:
    """Write every figure whose runs are there; returns 1 when one that is shipped
    fails.
    """
    library, failed = open_library(), 0
    for figure in tomllib.loads((DOCS / "figures.toml").read_text("utf-8"))["figure"]:
        view = _view(library, figure)
        if view is None:
            print(f"{figure['file']} stays as it is: its runs are not in the cache.")
            print(f"  They come from: {figure.get('needs', 'the bundled study')}")
            failed |= "needs" not in figure
            continue
        options = {name: value for name, value in figure.items() if name not in _OWN}
        try:
            content = export(exhibit(figure["exhibit"], view, **options), "svg")
        except ExplorerError as error:
            print(f"{figure['file']}: {error}")
            failed = 1
            continue
        (DOCS / figure["file"]).write_bytes(content)
        print(f"{figure['file']}: {figure['exhibit']} of {view.run.label}")
    return failed or _report(library)


def _report(library: Library) -> int:
    """Write docs/report.html; returns 1 where a part or a claim of it does not hold."""
    written = write_report(read_report(DOCS / "report.toml"), library)
    (DOCS / "report.html").write_text(written.html, "utf-8")
    faults = [*written.problems, *(o.why for o in written.outcomes if o.status != "equal")]
    print("\n".join(["report.html", *faults]))
    return int(bool(faults))


def _view(library: Library, figure: dict[str, Any]) -> View | None:
    address: dict[str, str] = {
        name: str(figure[name]) for name in ("run", "human", "tau") if name in figure
    }
    fitting = [
        run
        for run in library.runs()
        if figure.get("probe_set") in (None, run.request.probe_set)
        and figure.get("n_concepts") in (None, len(run.request.concepts))
    ]
    narrowed = "probe_set" in figure or "n_concepts" in figure
    if narrowed and "run" not in address:
        if not fitting:
            return None
        address["run"] = max(fitting, key=lambda run: (run.request.n_positive, run.n_units)).id
    view, misfits = parse_view(library, address)
    return None if misfits else view


if __name__ == "__main__":
    sys.exit(main())
