"""What the first visitor should not wait for: imports, and the measures of the opening view."""

from __future__ import annotations

import logging


def warm() -> None:
    """Do what the first page needs while the server starts. A failure is the page's to tell, not ours."""
    try:
        # Here and not above: their imports are most of the time this saves.
        from explorer.figures import overview as figures
        from explorer.records import TAUS
        from explorer.ui import controls, library, overview, studies, text

        runs = library.runs()
        run = studies.default_run(runs)
        choices = controls.human_choices(run) if run else []
        if run is None or not choices:
            return
        view = overview.Headline(run, overview.control_of(run, runs), choices[0], TAUS[0])
        points = view.points()
        view.differences()
        view.ratios()
        figures.headline(points, ceiling=view.ceiling()).to_json()
        text.run_label(run, runs)
    except Exception:
        logging.getLogger("explorer").warning("The opening view could not be prepared.", exc_info=True)
