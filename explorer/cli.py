"""The command line: the same jobs without a browser. stdout is data, stderr is
narration.
"""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

from explorer.commands import extract, help, jobs, probes, runs, study, train
from explorer.commands.output import FORMATS, say
from explorer.core.errors import Cancelled, ExplorerError
from explorer.core.request import DTYPES, POOLINGS
from explorer.generate.endpoint.writing import PARALLEL
from explorer.jobs.kinds.ratings import DEFAULT_HUMAN
from explorer.probes.probe_set import BUNDLED
from explorer.store.queries import QUERIES
from explorer.studies.study import SHIPPED


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code. A problem is told in a sentence, never as a
    traceback.
    """
    options = parser().parse_args(argv)
    try:
        code: int = options.run_command(options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        say("Stopped.")
        return Cancelled.exit_code
    except ExplorerError as error:
        say(f"{error.what}{f' {error.hint}' if error.hint else ''}")
        return error.exit_code
    except BrokenPipeError:
        # The reader of the pipe has seen enough; without this, Python complains when it
        # flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    """The parser of all subcommands."""
    top = argparse.ArgumentParser(prog="python -m explorer", **_told(help.ABOUT))
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")
    _add_extract(commands)
    _add_probes(commands)
    one = _command(commands, "status", "how the jobs stand", help.STATUS, jobs.status)
    one.add_argument("id", nargs="?", metavar="ID", help="id of a job; all jobs when left out")
    one.add_argument("--log", action="store_true", help="show the end of its log on stderr")
    for name, about, action in (
        ("cancel", "stop a job; what is finished is kept", jobs.cancel),
        ("resume", "start a stopped job again, in the background", jobs.resume),
        ("worker", "(internal) the worker process of a job", jobs.work),
    ):
        _command(commands, name, about, about, action).add_argument("id", metavar="ID")
    _add_runs(commands)
    _add_train(commands)
    _add_study(commands)
    one = _command(
        commands,
        "export",
        "a table of a run as CSV, JSON lines or Parquet",
        help.EXPORT,
        runs.export,
    )
    one.add_argument("run", metavar="RUN")
    one.add_argument("table", metavar="TABLE", choices=list(QUERIES), help=", ".join(QUERIES))
    one.add_argument("--format", choices=FORMATS, default="csv")
    one.add_argument("--out", metavar="FILE", help="stdout when left out")
    return top


def _add_extract(commands: Any) -> None:
    one = _command(
        commands,
        "extract",
        "find the experts of concepts in a checkpoint",
        help.EXTRACT,
        extract.extract,
    )
    _add_model(one)
    one.add_argument(
        "--random-init", type=int, metavar="SEED", help="random weights from this seed: the control"
    )
    one.add_argument("--probes", default=BUNDLED, metavar="NAME", help="probe set (%(default)s)")
    _add_concepts(one, "all of the probe set when left out")
    one.add_argument(
        "--positives",
        type=int,
        default=100,
        metavar="N",
        help="sentences of the concept (%(default)s)",
    )
    one.add_argument(
        "--negatives", type=int, default=500, metavar="N", help="sentences of others (%(default)s)"
    )
    one.add_argument(
        "--folds", type=int, default=4, metavar="K", help="independent draws (%(default)s)"
    )
    one.add_argument(
        "--pooling",
        choices=POOLINGS,
        default="max",
        help="over the tokens of a sentence (%(default)s)",
    )
    one.add_argument(
        "--dtype", choices=DTYPES, default="float32", help="of the weights (%(default)s)"
    )
    one.add_argument(
        "--ap-floor",
        type=float,
        default=0.5,
        metavar="AP",
        help="store units above it (%(default)s)",
    )
    one.add_argument("--seed", type=int, default=0, help="of the draws (%(default)s)")
    one.add_argument(
        "--human",
        default=",".join(DEFAULT_HUMAN),
        metavar="LIST",
        help="ratings, CSV files too, or none (%(default)s)",
    )
    one.add_argument("--dry-run", action="store_true", help="tell time, memory and disk, and stop")
    one.add_argument(
        "--measure",
        action="store_true",
        help="with --dry-run: time a few batches first, to tell better",
    )
    _add_detach(one)


def _add_probes(commands: Any) -> None:
    group = commands.add_parser(
        "probes", help="probe sets: list, show, card, import, harvest, generate"
    )
    kinds = group.add_subparsers(required=True, metavar="ACTION", title="actions")
    _command(
        kinds, "list", "the probe sets there are", "The probe sets there are.", probes.list_sets
    )
    one = _command(
        kinds,
        "show",
        "concepts of a set, or sentences of a concept",
        "Look into a probe set.",
        probes.show,
    )
    one.add_argument("name", metavar="NAME")
    one.add_argument("concept", nargs="?", metavar="CONCEPT")
    one = _command(
        kinds,
        "card",
        "provenance of a set, as JSON",
        "Provenance of a probe set, as JSON.",
        probes.card,
    )
    one.add_argument("name", metavar="NAME")
    one = _command(kinds, "import", "import sentences from a file", help.IMPORT, probes.import_set)
    one.add_argument("file", metavar="FILE")
    one.add_argument("--name", help="of the probe set (the file's name when left out)")
    one.add_argument(
        "--source", default="", help="who wrote the sentences, where the file does not say"
    )
    one.add_argument(
        "--no-word-check", action="store_true", help="keep sentences without the concept's word"
    )
    one = _command(kinds, "harvest", "take sentences from a corpus", help.HARVEST, probes.harvest)
    one.add_argument("name", metavar="NAME")
    one.add_argument(
        "--corpus",
        required=True,
        metavar="FILE",
        help="txt, JSONL, Parquet, wikitext, .gz; or enwik8",
    )
    _add_concepts(one, "required, this or the other")
    one.add_argument(
        "--cap", type=int, default=1000, metavar="N", help="sentences a concept (%(default)s)"
    )
    one.add_argument("--seed", type=int, default=0, help="of the choice among more (%(default)s)")
    one.add_argument(
        "--source", default="", help="what to call the corpus (the file's name when left out)"
    )
    _add_detach(one)
    one = _command(kinds, "generate", "let a model write sentences", help.GENERATE, probes.generate)
    one.add_argument("name", metavar="NAME")
    _add_model(
        one, None, "hub id, local folder, trained here, built-in, or the endpoint's name for it"
    )
    one.add_argument(
        "--endpoint", metavar="URL", help="OpenAI-compatible, such as https://api.example.org/v1"
    )
    one.add_argument(
        "--token-budget",
        type=int,
        metavar="N",
        help="stop before the endpoint has taken more, in all",
    )
    one.add_argument(
        "--parallel", type=int, metavar="N", help=f"requests to the endpoint at a time ({PARALLEL})"
    )
    _add_concepts(one, "required, this or the other")
    one.add_argument(
        "--target", type=int, default=260, metavar="N", help="sentences a concept (%(default)s)"
    )
    one.add_argument("--seed", type=int, default=0, help="of the sampling (%(default)s)")
    one.add_argument(
        "--prompts", metavar="FILE", help="TOML of prompt templates in place of the shipped ones"
    )
    _add_detach(one)


def _add_runs(commands: Any) -> None:
    group = commands.add_parser("runs", help="finished runs: list, show, delete")
    kinds = group.add_subparsers(required=True, metavar="ACTION", title="actions")
    _command(kinds, "list", "the finished runs", "The finished runs, newest first.", runs.list_runs)
    one = _command(
        kinds, "show", "what a run says of itself", "What a run says of itself.", runs.show
    )
    one.add_argument("run", metavar="RUN", help="id, or the start of one")
    one = _command(kinds, "delete", "delete a run file", "Delete a run file.", runs.delete)
    one.add_argument("run", metavar="RUN", help="id, or the start of one")
    one.add_argument("--yes", action="store_true", help="do it")


def _add_train(commands: Any) -> None:
    one = _command(
        commands, "train-family", "train a family of small models", help.TRAIN, train.train_family
    )
    one.add_argument(
        "name", nargs="?", default="neox-enwik8", metavar="NAME", help="of the family (%(default)s)"
    )
    one.add_argument("--sizes", metavar="A,B", help="all that suit this machine when left out")
    one.add_argument(
        "--tokens", type=int, metavar="N", help="to train on, in place of the family's"
    )
    one.add_argument(
        "--threads", type=int, default=0, metavar="N", help="of the CPU (all cores when left out)"
    )
    one.add_argument("--table", metavar="FILE", help="TOML of families in place of the shipped one")
    one.add_argument(
        "--status", action="store_true", help="list the checkpoints there are, and stop"
    )
    _add_detach(one)


def _add_study(commands: Any) -> None:
    group = commands.add_parser(
        "study", help="studies: list, show, plan, run, status", **_told(help.STUDY)
    )
    kinds = group.add_subparsers(required=True, metavar="ACTION", title="actions")
    _command(kinds, "list", "the shipped studies", "The shipped studies.", study.list_studies)
    one = _command(
        kinds,
        "show",
        "the TOML of a study",
        "The TOML of a study, to start your own from.",
        study.show,
    )
    one.add_argument("name", metavar="NAME", help=f"{', '.join(SHIPPED)}, or a TOML file")
    for name, about, action in (
        ("plan", "runs, forward passes, time, memory and disk, before anything starts", study.plan),
        ("run", "carry it out; the same command resumes and skips what is there", study.run),
        ("status", "which of its runs are there (exit code 3 while some are not)", study.status),
    ):
        one = _command(kinds, name, about, f"{about[0].upper()}{about[1:]}.", action)
        one.add_argument("name", metavar="NAME", help=f"{', '.join(SHIPPED)}, or a TOML file")
        one.add_argument("--models", metavar="A,B", help="in place of the study's")
        one.add_argument("--revisions", metavar="A,B", help="of those models (main)")
        one.add_argument("--probes", metavar="A,B", help="probe sets, in place of the study's")
        one.add_argument(
            "--concepts",
            metavar="LIST",
            help="all, domains, MEN:test, or words, in place of the study's",
        )
        one.add_argument("--pairs", type=int, metavar="N", help="how many rated pairs; 0 for all")
        one.add_argument("--positives", metavar="N,M", help="N⁺ of the runs")
        one.add_argument("--negatives", metavar="N,M", help="N⁻ of the runs")
        one.add_argument("--folds", type=int, metavar="N")
        one.add_argument("--dtype", choices=DTYPES)
        one.add_argument("--human", metavar="LIST", help="ratings, CSV files too, or none")
        one.add_argument(
            "--sentences",
            type=int,
            metavar="N",
            help="to write for each concept, where a set is missing",
        )
        one.add_argument(
            "--writers", metavar="A,B", help="models that write them, in place of the study's"
        )
        one.add_argument("--endpoint", metavar="URL", help="where those models are served")
        if name == "run":
            _add_detach(one)


def _add_model(
    one: argparse.ArgumentParser, default: str | None = "built-in", about: str = ""
) -> None:
    about = about or "hub id, local folder, trained here, or built-in (%(default)s)"
    one.add_argument("--model", default=default, help=about)
    one.add_argument(
        "--revision", default="main", help="branch, tag or commit, such as step512 (%(default)s)"
    )


def _add_detach(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--detach",
        action="store_true",
        help="hand it to a background worker and print the job's id",
    )


def _add_concepts(one: argparse.ArgumentParser, about: str) -> None:
    either = one.add_mutually_exclusive_group()
    either.add_argument("--concepts", metavar="A,B,C", help=about)
    either.add_argument("--concepts-file", metavar="FILE", help="one word a line")


def _command(
    commands: Any, name: str, about: str, text: str, action: Any
) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = commands.add_parser(name, help=about, **_told(text))
    one.set_defaults(run_command=action)
    return one


def _told(text: str) -> dict[str, Any]:
    return {
        "description": textwrap.dedent(text).strip(),
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }
