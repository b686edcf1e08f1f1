"""The corpus: every kind of input, and every door where it can enter.

A new reader gets all inputs of a kind by a line among its doors; a new input goes to
all doors of its kind by a line in its table.
"""

from __future__ import annotations

from tests.hostile import doors, doors_of_store
from tests.hostile.case import Case, Door, Kind
from tests.hostile.doors import EXTRACT, command, environment, job_command, view_parameter
from tests.hostile.evidence_files import CONTRADICTORY, EVIDENCE_FILES
from tests.hostile.files import ENCODINGS, PACKED, PATHS
from tests.hostile.gguf_files import BYTES, FOLDERS, GGUFS
from tests.hostile.jobs import BESIDE, ORDERS
from tests.hostile.models import CONFIGS, WEIGHTS
from tests.hostile.outputs import OUTPUTS
from tests.hostile.probe_sets import PROBE_SETS
from tests.hostile.reports import PAGES, REPORTS
from tests.hostile.run_files import CATALOG, RUN_FILES
from tests.hostile.studies import FAMILIES, PROMPTS, STUDIES, STUDIES_RUN, TOMLS
from tests.hostile.tables import CORPORA, RATINGS, SENTENCES, VALUES, WORDS
from tests.hostile.words import ADDRESSES, ENVIRONMENT, TEXTS

_HARVEST = "probes harvest stranger --concepts cat,dog --corpus {}"
_GENERATE = "probes generate stranger --concepts cat --model built-in --prompts {}"

TOML_FILES = (
    command("study plan {}", ending=".toml"),
    command("train-family x --status --table {}", ending=".toml"),
    command(_GENERATE, ending=".toml"),
    command("report {} --out report.html", ending=".toml"),
    command("verify {}", ending=".toml"),
)
TEXT_FILES = (
    command("probes import {} --name stranger", ending=".csv"),
    command("probes import {} --name stranger", ending=".jsonl"),
    command(f"{EXTRACT} --human {{}}", ending=".csv"),
    command(f"{EXTRACT} --human none --concepts-file {{}}", ending=".txt"),
    command("show confounds --covariate {}", ending=".csv"),
    command(_HARVEST, ending=".csv"),
    *TOML_FILES,
)
ANY_FILES = (
    command("probes import {} --name stranger", ending=".json"),
    command("probes import {} --name stranger", ending=".parquet"),
    command(_HARVEST, ending=".txt"),
    command("verify {}", ending=".html"),
    command("verify {}", ending=".zip"),
    command("bundle import {}", ending=".zip"),
    *TEXT_FILES,
)

CORPUS = (
    Kind(
        "run file",
        RUN_FILES,
        (
            doors_of_store.library(RUN_FILES),
            *(
                doors_of_store.among_all(RUN_FILES, ask)
                for ask in doors_of_store.LOOKS
            ),
        ),
    ),
    Kind("run file", CATALOG, (Door("an unfinished run", doors_of_store.unfinished),)),
    Kind(
        "evidence file",
        EVIDENCE_FILES,
        (
            Door("the folder of evidence", doors_of_store.evidence_folder),
            Door("the responses of a concept", doors_of_store.evidence_of_run, said="^$"),
            Door("explorer runs list", doors_of_store.evidence_listed),
        ),
    ),
    Kind(
        "evidence file",
        CONTRADICTORY,
        (
            Door("the responses of a concept", doors_of_store.evidence_of_run),
            Door("the page of a unit", doors_of_store.units_page),
        ),
    ),
    Kind(
        "probe set",
        PROBE_SETS,
        (
            Door("a probe set by name", doors.probe_set_named),
            doors.probe_set_in("probes list", fails=False),
            doors.probe_set_in("probes show stranger"),
            doors.probe_set_in("extract --probes stranger --human none --dry-run"),
        ),
    ),
    Kind("probe set", PROBE_SETS[::4], (Door("its page", doors.probe_sets_page),)),
    Kind("file", PATHS, ANY_FILES),
    Kind("file", ENCODINGS, TEXT_FILES),
    Kind("file", PACKED, TEXT_FILES[:2] + TEXT_FILES[5:6]),
    Kind("TOML", TOMLS, TOML_FILES),
    Kind("sentences", SENTENCES, TEXT_FILES[:1]),
    Kind("ratings", RATINGS, (TEXT_FILES[2],)),
    Kind("values", VALUES, (TEXT_FILES[4],)),
    Kind("words", WORDS, (TEXT_FILES[3],)),
    Kind("corpus", CORPORA, (command(_HARVEST),)),
    Kind("study", STUDIES, (command("study plan {}", ending=".toml"),)),
    Kind("study", STUDIES_RUN, (command("study run {}", ending=".toml"),)),
    Kind("family", FAMILIES, (TOML_FILES[1],)),
    Kind("prompts", PROMPTS, (TOML_FILES[2],)),
    Kind("report", REPORTS, (TOML_FILES[3], Door("its page", doors.report_page))),
    Kind("report", PAGES, (command("verify {}", ending=".html"),)),
    Kind(
        "job",
        (*ORDERS, *BESIDE),
        (
            Door("the queue", doors.job_list),
            job_command("status", code=0, said="."),
            job_command("status ID"),
            Door("the start of the server", doors.server_start, said="^$"),
        ),
    ),
    Kind(
        "job",
        ORDERS,
        (job_command("resume ID", code=2), job_command("worker ID", code=2, said="^$")),
    ),
    Kind("job", [*ORDERS[:8:7], *BESIDE[:5]], (Door("its page", doors.job_page, said="."),)),
    Kind("model", CONFIGS, (doors.model_in(f"{EXTRACT} --human none --model {{}}"),)),
    Kind("model", (*CONFIGS, *WEIGHTS), (Door("the loader of models", doors.model_loaded),)),
    Kind(
        "GGUF",
        (*GGUFS, *BYTES, *FOLDERS),
        (
            doors.gguf_in(f"{EXTRACT} --human none --model {{}}"),
            Door("the loader of models", doors.gguf_loaded),
        ),
    ),
    Kind(
        "text",
        TEXTS,
        (
            command("runs show {}", said="no finished run"),
            command("export {} experts", said="no finished run"),
            command("evidence {}", said="not there|no finished run"),
            command("tokens {}", said="not there|no finished run"),
            command("evidence RUN --concepts {}", said="concept"),
            *(command(f"{name} {{}}", said="no job|not the id") for name in
              ("status", "cancel", "resume")),
            *(command(f"probes {name} {{}}", said="name a probe set|no probe set")
              for name in ("show", "card")),
            command("probes show fixture {}", said="not a concept|no word|characters"),
            command("show {}", said="no exhibit|named"),
            command("show overview --run {}", said="not there|no exhibit"),
            command("show pairs --human {}", said="not there"),
            command("show pairs --tau {}", said="not there"),
            command("show pairs --overlap {}", said="overlap: got"),
            command("show confounds --covariate {}", said="file|path|named|kinds|NUL|UTF"),
            command("show confounds --set covariate={}", said="covariate|no values called",
                    taken=("nothing", "a space")),
            command("show pairs --set representation={}", said="got"),
            command("show pairs --width {}", said="invalid int|width"),
            command("report {}", said="file|path|named|no report|--out|UTF"),
            command("verify {}", said="file|path|ending|no text|UTF|NUL"),
            command("bundle import {}", said="file|path|is no|NUL"),
            command("study show {}", said="no study"),
            command("train-family {} --status", said="no family"),
            command(f"{EXTRACT} --human none --probes {{}}",
                    said="name a probe set|no probe set"),
            command(f"{EXTRACT} --human none --concepts cat,{{}}", said="concept|word"),
            command(f"{EXTRACT} --human {{}}", said="no human ratings|path|found|UTF-8",
                    taken=("nothing", "a space", "a comma")),
            command(f"{EXTRACT} --human none --model {{}}", said="."),
            command(f"{EXTRACT} --human none --folds {{}}", said="invalid int"),
            command(f"{EXTRACT} --human none --ap-floor {{}}", said="invalid float|floor"),
            command("study plan bundled --positives {}", said="n_positive|positives"),
            command("probes import nowhere.csv --name {}",
                    said="name a probe set|no file"),
            command("probes generate stranger --model m --concepts cat --endpoint {}", said="."),
            view_parameter("run"),
            view_parameter("human"),
            view_parameter("tau"),
            view_parameter("overlap"),
        ),
    ),
    Kind("address", ADDRESSES, (Door("its page", doors.page_address),)),
    Kind(
        "environment",
        ENVIRONMENT,
        tuple(
            environment(variable, line)
            for variable, lines in (
                ("EXPERT_EXPLORER_CACHE", ("runs list", "probes list", "status", "study list")),
                ("EXPERT_EXPLORER_DOWNLOADS", (f"{EXTRACT} --human none", "train-family --status")),
                ("EXPERT_EXPLORER_KINDS", ("status",)),
            )
            for line in lines
        ),
    ),
    Kind(
        "output",
        OUTPUTS,
        (
            command("export RUN set_sizes --out {}", ending=".csv"),
            command("export RUN set_sizes --format jsonl --out {}", ending=".jsonl"),
            command("export RUN set_sizes --format parquet --out {}", ending=".parquet"),
            *(command("show heatmap --out {}", ending=e) for e in (".svg", ".json")),
        ),
    ),
)  # fmt: skip


def cases() -> list[Case]:
    """Every input before every door of its kind."""
    return [
        Case(kind.name, given, door)
        for kind in CORPUS
        for door in kind.doors
        for given in kind.inputs
        if given.name not in door.taken
    ]
