"""What the first visitor should not wait for: imports, and the measures of the opening
view.
"""

from __future__ import annotations

import gc
import inspect
import logging


def warm() -> None:
    """Do what the first page needs while the server starts. A failure is the page's to
    tell, not ours.
    """
    _opening_view()
    # The first element of a server's life asks who called it, which looks up where each
    # module came from.
    inspect.stack()
    # Streamlit searches all objects for garbage after each run of a script, and nothing
    # else can run meanwhile. What is there by now stays for good, so it is left out of
    # the search: 100 ms less for every click.
    gc.freeze()


def cool() -> None:
    """Undo what `warm` did to the collector: libraries want their objects collected
    when the server ends.
    """
    gc.unfreeze()


def _opening_view() -> None:
    try:
        # Here and not above: their imports are most of the time this saves.
        from explorer.core import text
        from explorer.core.tau import TAUS
        from explorer.figures import overview as figures
        from explorer.figures import theme
        from explorer.ui import library, overview, studies
        from explorer.ui.controls import pick

        runs = library.runs()
        run = studies.default_run(runs)
        choices = pick.human_choices(run) if run else []
        if run is None or not choices:
            return
        view = overview.Headline(run, overview.control_of(run, runs), choices[0], TAUS[0])
        points = view.points()
        view.differences()
        view.ratios()
        figures.headline(points, ceiling=view.ceiling()).update_layout(
            template=theme.template(False)
        ).to_json()
        text.run_label(run, runs)
    except Exception:
        logging.getLogger("explorer").warning(
            "The opening view could not be prepared.", exc_info=True
        )
