"""Write a run file: partial, one transaction per concept, renamed when complete."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from explorer.core.errors import ExplorerError, RunFileError
from explorer.core.header import header
from explorer.core.records import ConceptResult, Draws, HumanPair, Module, Sentence
from explorer.core.request import RunRequest
from explorer.core.shard import Shard
from explorer.store import VERSION
from explorer.store.connect import attach, is_locked, memory, writing
from explorer.store.files import PARTIAL, publish, quarantine, remove
from explorer.store.run import static
from explorer.store.run.catalog import SCHEMA, check_catalog
from explorer.store.run.finish import ORDER, compile_run, now
from explorer.store.run.rows import rows_of
from explorer.store.run.summarise import insert


class RunWriter:
    """Writes `<run id>.partial.duckdb` and, complete, renames it to `<run id>.duckdb`.

    Opening resumes a partial file of the same content; `done` tells which concepts it
    holds. A damaged partial, or one of other content, is set aside as `<run
    id>.broken-N`. Raises RunFileError when the run is finished already or another
    process writes it, ResourceError when the disk is full; what was committed stays.
    With a `shard` the file is `<run id>.shard-k-of-K.partial.duckdb`, takes the shard's
    concepts only, and stays until `merge` has made the run of all of them.
    """

    def __init__(
        self,
        folder: Path,
        request: RunRequest,
        modules: Sequence[Module],
        sentences: Sequence[Sentence],
        draws: Draws,
        pairs: Sequence[HumanPair],
        meta: Mapping[str, object],
        tell: Callable[[str], None] = lambda _: None,
        shard: Shard | None = None,
    ) -> None:
        self.request, self.path = request, folder / f"{request.id}.duckdb"
        stem = shard.stem(request.id) if shard else request.id
        self.partial = folder / f"{stem}{PARTIAL}"
        self._scratch = folder / f"{stem}.finishing{PARTIAL}"
        self._modules, self._draws, self._tell = list(modules), draws, tell
        self._own = shard.share(request.concepts) if shard else list(request.concepts)
        if self.path.exists():
            raise RunFileError(
                f"{self.path.name} is finished and is never written again.", "Load it instead."
            )
        self._digest = static.digest(modules, sentences, draws, meta.get("commit"))
        with writing(self.partial):
            folder.mkdir(parents=True, exist_ok=True)
            self._con = self._resume() or self._create(sentences)
            # A file that was begun keeps its order of concepts, whatever is asked now.
            self._words = static.words(self._con, "draft")
            self._number = {word: i for i, word in enumerate(self._words)}
            self._con.begin()
            static.put_pairs(self._con, "draft", self._words, pairs)
            human = self._meta("human") | static.human_counts(request.concepts, pairs)
            # What was stated when the file was begun stands, whatever was stated since.
            stated = self._meta("plan")
            plan = {"plan": stated} if stated else {}
            static.put_meta(self._con, "draft", {**meta, "human": human, **plan})
            self._con.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file; a partial one can be resumed."""
        # A database that ran out of disk cannot even be closed in order; its log is
        # replayed on resume.
        with contextlib.suppress(duckdb.Error):
            self._con.close()

    @property
    def done(self) -> set[str]:
        """Concepts that are committed."""
        rows = self._con.execute("SELECT concept FROM draft.progress").fetchall()
        return {self._words[row[0]] for row in rows}

    def write_concept(self, result: ConceptResult) -> None:
        """Commit the result of one concept, or nothing. Raises ResourceError."""
        concept = self._number[result.concept]
        with writing(self.partial):
            self._con.begin()
            try:
                for table, rows in rows_of(concept, result).items():
                    insert(self._con, f"draft.{table}", rows)
                self._con.execute(
                    "INSERT INTO draft.progress VALUES (?, ?)", [concept, result.seconds]
                )
                self._con.commit()
            except BaseException:
                with contextlib.suppress(duckdb.Error):
                    self._con.rollback()
                raise

    def finish(self, provenance: Mapping[str, object]) -> Path:
        """Add overlaps and set sizes, sort, and rename to the final name. Raises
        ResourceError.
        """
        self._refuse_missing()
        with writing(self._scratch):
            remove(self._scratch)
            compile_run(
                self._con, self._scratch, ("draft",), self.request.folds, self._draws, provenance
            )
            self.close()
            publish(self._scratch, self.path)
            remove(self.partial)
        return self.path

    def finish_shard(self, provenance: Mapping[str, object]) -> None:
        """Close a shard that holds all of its concepts. Raises ResourceError."""
        self._refuse_missing()
        with writing(self.partial):
            static.put_meta(self._con, "draft", provenance)
        self.close()

    def _refuse_missing(self) -> None:
        if missing := set(self._own) - self.done:
            raise ExplorerError(
                f"{len(missing)} concepts are not extracted yet.", "Resume the extraction."
            )

    def _create(self, sentences: Sequence[Sentence]) -> duckdb.DuckDBPyConnection:
        # Before its first commit nobody could resume it: until then it has no name.
        remove(self._scratch)
        con = memory(self.partial.parent)
        attach(con, self._scratch, "draft", read_only=False)
        con.begin()
        con.execute("USE draft")
        con.execute(SCHEMA)
        static.fill(con, "draft", self.request, self._modules, sentences, self._draws)
        entries = {
            **header("run", VERSION),
            "run_id": self.request.id,
            "request": json.loads(self.request.to_json()),
            "created": now(),
            "static_digest": self._digest,
        }
        static.put_meta(con, "draft", entries)
        con.commit()
        con.execute("USE memory")
        con.execute("CHECKPOINT draft")
        con.execute("DETACH draft")
        publish(self._scratch, self.partial)
        attach(con, self.partial, "draft", read_only=False)
        return con

    def _resume(self) -> duckdb.DuckDBPyConnection | None:
        if not os.path.lexists(self.partial):
            return None
        con = memory(self.partial.parent)
        try:
            attach(con, self.partial, "draft", read_only=False)
            check_catalog(con, "draft", self.partial.name)
            for table in ("meta", *ORDER):
                # Reads, so checks, every block.
                con.execute(f"SELECT sum(hash(t)) FROM draft.{table} t").fetchone()
            entries = con.execute("SELECT key, value FROM draft.meta").fetchall()
            own = {
                "schema_version": VERSION,
                "run_id": self.request.id,
                "static_digest": self._digest,
            }
            same = {(key, json.dumps(value)) for key, value in own.items()} <= set(entries)
            why = "" if same else "its sentences, modules or commit are no longer this request's"
        except duckdb.Error as error:
            if is_locked(error):
                raise RunFileError(
                    f"{self.partial.name} is being written by another process.",
                    "Wait for it, or stop that process.",
                ) from error
            why = str(error).splitlines()[0]
        except RunFileError as error:
            why = error.what.rstrip(".")
        if not why:
            return con
        con.close()
        kept = quarantine(self.partial)
        self._tell(
            f"The unfinished file could not be resumed ({why}); set aside as {kept.name}, "
            "starting anew."
        )
        return None

    def _meta(self, key: str) -> dict[str, object]:
        row = self._con.execute("SELECT value FROM draft.meta WHERE key = ?", [key]).fetchone()
        return json.loads(row[0]) if row else {}
