"""What a job hears from its work, written into its folder."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict

from explorer.core import machine
from explorer.core.errors import Cancelled, ExplorerError, ModelError
from explorer.core.place import Place
from explorer.jobs.folder import JobFolder
from explorer.jobs.kind import Context, Outcome
from explorer.jobs.progress import DONE, WAITING, Progress


class Recorded(Context):
    """A job that writes down what it hears, and passes it on."""

    def __init__(
        self,
        folder: JobFolder,
        place: Place,
        watch: Callable[[Progress], None],
        tell: Callable[[str], None],
        asked_to_stop: Callable[[], bool],
        heard: Callable[[Outcome], None],
    ) -> None:
        self.log = str(folder.log)
        self.place = place
        self.folder, self._watch, self._heard = folder, watch, heard
        self._listener, self._asked_to_stop = tell, asked_to_stop
        self._last = Progress(WAITING, 0, 0, None, "")

    def report(self, progress: Progress) -> None:
        self._last = progress
        state = "queued" if progress.stage == WAITING else "running"
        self.folder.write_progress(state=state, **asdict(progress))
        self._watch(progress)

    def tell(self, line: str) -> None:
        self.folder.write_log(line)
        self._listener(line)

    def stopped(self) -> bool:
        return self._asked_to_stop() or self.folder.cancel_flag.exists()

    def record(self, outcome: Outcome) -> None:
        self.folder.add_outcome(outcome)
        self._heard(outcome)

    def explain(self, error: ExplorerError) -> None:
        self.folder.write_log(traceback.format_exc())
        super().explain(error)

    @contextlib.contextmanager
    def recording_the_end(self, kept: str) -> Iterator[None]:
        """Write down how the work inside ends: done, cancelled or failed."""
        try:
            yield
        except (Cancelled, KeyboardInterrupt) as error:
            self.tell(f"Cancelled; {kept}.")
            self._end("cancelled", f"Cancelled; {kept}")
            if isinstance(error, Cancelled):
                raise
            hint = f"{kept[0].upper()}{kept[1:]}: the same request resumes."
            raise Cancelled("The job was cancelled.", hint) from error
        except ExplorerError as error:
            self.folder.write_log(traceback.format_exc())
            self.folder.write_log(f"Failed: {error}")
            self._end("failed", "Failed", error.what, f"{error.hint}{self._on_a_node(error)}")
            raise
        self._last = Progress(DONE, self._last.total, self._last.total, None, "")
        self._end("done", "Finished")

    def _on_a_node(self, error: ExplorerError) -> str:
        # What the user's own machine has, a node may lack.
        if not isinstance(error, ModelError) or self.place.is_local:
            return ""
        return f" This was on {machine.name()}: nodes have to see the model, or the network."

    def _end(self, state: str, message: str, error: str = "", hint: str = "") -> None:
        fields = {**asdict(self._last), "eta_s": None, "message": message}
        # The disk may be full; the job then shows as interrupted.
        with contextlib.suppress(OSError):
            self.folder.write_progress(**{**fields, "state": state, "error": error, "hint": hint})
