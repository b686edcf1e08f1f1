"""The work of a probe set: having it written or harvested, and whether that is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.core.address import address_of
from explorer.core.checkpoint import Checkpoint
from explorer.generate.prompts import load_prompts
from explorer.jobs.kind import Context
from explorer.jobs.kinds.endpoints import full_address
from explorer.jobs.progress import Progress
from explorer.probes import probe_set
from explorer.probes.corpora import enwik8
from explorer.probes.corpora import harvest as harvesting

if TYPE_CHECKING:
    from explorer.jobs.kinds.sentences import Sentences

WRITING = "writing sentences"


def is_made(request: Sentences) -> bool:
    """Whether the probe set is there and made of exactly this."""
    if not probe_set.path_of(request.probe_set).exists():
        return False
    info = probe_set.load(request.probe_set).info
    if request.corpus:
        return _is_harvest_of(request, info)
    wanted: dict[str, object] = {
        "made_by": "endpoint" if request.endpoint else "generation",
        "prompts": load_prompts(Path(request.prompts) if request.prompts else None),
        "seed": request.seed,
        "domains": dict(request.domains),
    }
    if request.endpoint:
        wanted["endpoint"] = address_of(request.endpoint).host
    else:
        wanted["revision"] = request.revision
    if request.model:
        wanted["model"] = request.model
    sizes = dict.fromkeys(request.concepts, request.sentences)
    return _says(info, wanted) and dict(info.sizes) == sizes


def harvest(request: Sentences, context: Context) -> None:
    """Take the sentences from the corpus; a stop is noticed now and then."""

    def heard(line: str) -> None:
        context.check()
        context.tell(line)
        context.report(Progress(WRITING, 0, 0, None, line))

    is_enwik8 = request.corpus == enwik8.NAME
    harvesting.harvest(
        enwik8.ensure(heard) if is_enwik8 else Path(request.corpus),
        request.probe_set,
        request.concepts,
        cap=request.sentences,
        seed=request.seed,
        source=_corpus_name(request),
        domains=request.domains,
        tell=heard,
    )


def generate(request: Sentences, context: Context) -> None:
    """Let the model write; what an earlier call has written is gone on from."""

    def progress(done: int, total: int, word: str) -> None:
        context.report(Progress(WRITING, done, total, None, word))

    options: dict[str, Any] = {
        "target": request.sentences,
        "seed": request.seed,
        "domains": request.domains,
        "prompts": Path(request.prompts) if request.prompts else None,
        "tell": context.tell,
        "progress": progress,
        "stopped": context.stopped,
    }
    words, name = request.concepts, request.probe_set
    if request.endpoint:
        from explorer.generate.endpoint import writing

        options |= {"token_budget": request.token_budget, "parallel": request.parallel}
        url = full_address(request.endpoint)
        writing.generate_set(url, request.model, words, name, **options)
        return
    # Here and not above: it pulls torch.
    from explorer.generate import local

    model = request.model or local.default_model(context.tell)
    local.generate_set(Checkpoint(model, request.revision), words, name, **options)


def _corpus_name(request: Sentences) -> str:
    return enwik8.CITATION if request.corpus == enwik8.NAME else request.corpus_name


def _is_harvest_of(request: Sentences, info: probe_set.ProbeSetInfo) -> bool:
    corpus = Path(request.corpus)
    newer = corpus.is_file() and corpus.stat().st_mtime > info.path.stat().st_mtime
    wanted = {
        "made_by": "harvest",
        "corpus": _corpus_name(request) or corpus.name,
        "cap": request.sentences,
        "seed": request.seed,
        "domains": dict(request.domains),
    }
    absent = info.card.get("absent", ())
    words = {*info.sizes, *(absent if isinstance(absent, list) else ())}
    return not newer and _says(info, wanted) and words == set(request.concepts)


def _says(info: probe_set.ProbeSetInfo, wanted: Mapping[str, object]) -> bool:
    return all(info.card.get(key) == value for key, value in wanted.items())
