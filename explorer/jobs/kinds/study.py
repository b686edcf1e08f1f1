"""Studies: the probe sets that are missing are written, then every pass is
carried out.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from explorer.core.address import address_of, key_for
from explorer.core.errors import ExplorerError, InputError
from explorer.core.paths import full_path
from explorer.core.plan import hypotheses_of
from explorer.core.shard import n_shards
from explorer.core.tables import fields_of, table_of
from explorer.jobs.kind import Context, Kind, Link, Outcome
from explorer.jobs.kinds.endpoints import public_address
from explorer.jobs.kinds.extraction import EXTRACTION, result_links
from explorer.jobs.kinds.one_pass import Pass, raise_failures
from explorer.jobs.kinds.published import published_runs
from explorer.jobs.kinds.ratings import kept_ratings
from explorer.jobs.kinds.sentences import SENTENCES
from explorer.jobs.kinds.study_passes import passes, plan_of
from explorer.jobs.kinds.study_sources import lacking
from explorer.probes.corpora import enwik8
from explorer.studies.study import ModelRow, SourceRow, Study

_NAMES = ("name", "title", "shards")
_APART = {"models", "sources", "domains", "hypotheses"}


class StudyWork(Kind[Study]):
    """A whole study as one job, whatever of it is queued or published already."""

    name = "study"
    stages: ClassVar[Mapping[str, str]] = {**SENTENCES.stages, **EXTRACTION.stages}
    kept = "finished runs and concepts are kept"

    def read(self, fields: Mapping[str, Any]) -> Study:
        apart = {key: fields.get(key, []) for key in ("models", "sources")}
        domains = dict(fields.get("domains", {}))
        table = {key: value for key, value in fields.items() if key not in _APART}
        return Study(
            models=tuple(_row(ModelRow, row) for row in apart["models"]),
            sources=tuple(_row(SourceRow, row) for row in apart["sources"]),
            domains={domain: tuple(map(str, words)) for domain, words in domains.items()},
            hypotheses=hypotheses_of(fields.get("hypotheses", [])),
            **fields_of("the study", table, Study, apart=_APART),
        )

    def write(self, request: Study) -> dict[str, Any]:
        return table_of(request)

    def checked(self, request: Study) -> Study:
        """Files by their full path, endpoints without what may be secret."""
        sources = tuple(map(_checked_source, request.sources))
        study = dataclasses.replace(request, sources=sources, human=kept_ratings(request.human))
        todo = passes(study)
        plan_of(study, todo)
        for part in todo:
            n_shards(study.shards, len(part.requests[0].concepts))
        for writing in lacking(study):
            if writing.source.endpoint:
                key_for(address_of(writing.source.endpoint))
        return study

    def identity(self, request: Study) -> str:
        what = {key: value for key, value in table_of(request).items() if key not in _NAMES}
        text = json.dumps([self.name, what], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def title(self, request: Study) -> str:
        return request.title

    def summary(self, request: Study) -> str:
        n_checkpoints, n_sets = len(request.checkpoints), len(request.probe_sets)
        n_sizes = len(request.n_positive) * len(request.n_negative)
        return (
            f"study {request.name} · {n_checkpoints} checkpoints × {n_sets} probe sets × "
            f"{n_sizes} set sizes · {n_checkpoints * n_sets * n_sizes} runs"
        )

    def exclusive(self, request: Study) -> bool:  # noqa: ARG002
        return True

    def in_parts(self, request: Study) -> bool:  # noqa: ARG002
        return True

    def finished(self, request: Study) -> bool:
        published = published_runs()
        return not lacking(request) and not any(part.left(published) for part in passes(request))

    def result(self, request: Study) -> str:  # noqa: ARG002
        return "The runs of the study are in the cache."

    def links(self, request: Study) -> list[Link]:
        """The pages, at the study's last run that there is."""
        published = published_runs()
        try:
            ids = [run.id for part in passes(request) for run in part.requests]
        except ExplorerError:
            return []
        last = next((run_id for run_id in reversed(ids) if run_id in published), None)
        return result_links(last) if last else []

    def discard(self, request: Study) -> None:
        for writing in lacking(request):
            SENTENCES.discard(writing.request)
        for part in passes(request):
            EXTRACTION.discard(Pass(part.requests))

    def run(self, request: Study, context: Context) -> None:
        unwritten = _write_sentences(request, context)
        todo, problems, ready = passes(request), [], []
        stated = plan_of(request, todo)
        for number, part in enumerate(todo, 1):
            place = f"{number} of {len(todo)}, {part.label}"
            if problem := unwritten.get(part.probe_set, ""):
                context.record(Outcome(place, problem))
                problems.append(problem)
            else:
                whole = Pass(part.requests, request.human, stated, request.shards)
                ready.append((whole, place))
        problems += [outcome.problem for outcome in context.children(EXTRACTION, ready)]
        raise_failures(problems)


STUDY = StudyWork()


def _write_sentences(study: Study, context: Context) -> dict[str, str]:
    """Probe set → the sentence of why it could not be written."""
    writings = lacking(study)
    parts = [(row.request, f"Probe set {row.source.probe_set}") for row in writings]
    outcomes = context.children(SENTENCES, parts)
    return {
        row.source.probe_set: outcome.problem
        for row, outcome in zip(writings, outcomes, strict=True)
        if outcome.problem
    }


def _checked_source(source: SourceRow) -> SourceRow:
    if source.endpoint:
        return dataclasses.replace(source, endpoint=public_address(source.endpoint))
    if source.corpus and source.corpus != enwik8.NAME:
        corpus = str(full_path(source.corpus))
        return dataclasses.replace(source, corpus=corpus)
    return source


def _row(kind: Any, row: Mapping[str, Any]) -> Any:
    if not isinstance(row, Mapping):
        raise InputError(f"A row of the study is {row!r}, expected a table.")
    return kind(**fields_of("the study", row, kind))
