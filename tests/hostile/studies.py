"""Studies, families of models and prompts in TOML as nobody should write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.hostile.case import Hostile

STUDY = 'title = "t"\nprobe_sets = ["fixture"]\n{}\n[[models]]\nmodel = "built-in"\n'


def toml(text: str) -> Callable[[Path], object]:
    """A file of this text."""
    return lambda path: path.write_bytes(text.encode("utf-8", "surrogatepass"))


def with_line(line: str) -> Callable[[Path], object]:
    """A good study with a line more, or another one for a key."""
    key = line.partition("=")[0].strip()
    kept = [old for old in STUDY.format(line).splitlines() if old.partition("=")[0].strip() != key]
    return toml("\n".join([line, *kept] if line not in kept else kept))


def with_rows(rows: str) -> Callable[[Path], object]:
    """A good study with tables at its end."""
    return toml(STUDY.format("") + rows)


TOMLS = [
    Hostile("no TOML", toml("title ="), "not TOML"),
    Hostile("deep arrays", toml("a = " + "[" * 50_000), "not TOML"),
    Hostile("deep tables", toml("[" + ".".join("a" * 40_000) + "]"), "."),
    Hostile("a number of 5,000 digits", toml("a = " + "9" * 5000), "."),
    Hostile("half a character", toml('a = "\ud800"'), "UTF-8|utf-8|0xED"),
    Hostile("a control character", toml('a = "\x07"'), "not TOML"),
    Hostile("a key twice", toml("a = 1\na = 2"), "not TOML"),
    Hostile("a table twice", toml("[a]\n[a]"), "not TOML"),
    Hostile("nothing", toml(""), "."),
]
"""For every reader of TOML."""

STUDIES = [
    Hostile("no model", toml('title = "t"\nprobe_sets = ["fixture"]'), "models: got none"),
    Hostile("no title", with_line("title = 5"), "title: got 5"),
    Hostile("an unknown key", with_line("fold = 3"), "unknown key “fold”.*Did you mean"),
    Hostile("models as a text", toml('models = "built-in"'), r"\[\[models\]\] tables"),
    Hostile("models as texts", toml('models = ["built-in"]'), r"\[\[models\]\] tables"),
    Hostile("no folds", with_line("folds = 0"), "folds: got 0"),
    Hostile("very many folds", with_line("folds = 100000000"), "folds"),
    Hostile("half a fold", with_line("folds = 1.5"), "whole number"),
    Hostile("true for a number", with_line("seed = true"), "whole number"),
    Hostile("no N⁺", with_line("n_positive = []"), "n_positive"),
    Hostile("N⁺ below 0", with_line("n_positive = [-5]"), "n_positive"),
    Hostile("N⁺ as a text", with_line('n_positive = "5"'), "list of whole numbers"),
    Hostile("another pooling", with_line('pooling = "min"'), "pooling"),
    Hostile("another dtype", with_line('dtype = "int4"'), "dtype"),
    Hostile("a floor of nan", with_line("ap_floor = nan"), "ap_floor"),
    Hostile("a floor of inf", with_line("ap_floor = inf"), "ap_floor"),
    Hostile("a day for a seed", with_line("seed = 2020-01-01"), "whole number"),
    Hostile("no probe set", with_line("probe_sets = []"), "probe_sets"),
    Hostile("a path for a probe set", with_line('probe_sets = ["../x"]'), "name a probe set"),
    Hostile("another probe set", with_line('probe_sets = ["other"]'), "no probe set “other”|not"),
    Hostile("an unknown concept", with_line('concepts = ["cat", "dgo"]'), "1 of the 2 words"),
    Hostile("an unknown rated set", with_line('concepts = "MEM:test"'), "MEM"),
    Hostile("pairs below 0", with_line("pairs = -1"), "pairs"),
    Hostile("domains as a list", with_line('domains = ["a"]'), "domains"),
    Hostile("empty domains", with_rows("[domains]\na = []"), "domains"),
    Hostile("domains of numbers", with_rows("[domains]\na = [1, 2]"), "."),
    Hostile("no revision", with_rows("revisions = []"), "revisions"),
    Hostile("a model of spaces", with_rows('[[models]]\nmodel = "  "'), "No model"),
    Hostile("a model with NUL", with_rows('[[models]]\nmodel = "a\\u0000b"'), "model|NUL"),
    Hostile("the home of nobody", with_rows('[[models]]\nmodel = "~nobody-here/m"'), "folder|home"),
    Hostile(
        "a source of both",
        with_rows('[[sources]]\nprobe_set = "fixture"\nmodel = "a"\ncorpus = "b"'),
        "either a model or a corpus",
    ),
    Hostile(
        "a source for another",
        with_rows('[[sources]]\nprobe_set = "x"\nmodel = "a"'),
        "one of fixture",
    ),
    Hostile(
        "no sentences",
        with_rows('[[sources]]\nprobe_set = "fixture"\nmodel = "a"\nsentences = 0'),
        "sentences: got 0",
    ),
    Hostile("ratings of numbers", with_line("human = [1]"), "list of texts"),
]
"""For readers of studies."""

STUDIES_RUN = [
    Hostile("ratings that are none", with_line('human = ["/etc/passwd"]'), "passwd"),
    Hostile("ratings of nowhere", with_line('human = ["/nowhere.csv"]'), "no file"),
    Hostile("a probe set of nowhere", with_line('probe_sets = ["other"]'), "other"),
]
"""For what carries a study out."""

_SIZE = "sizes.s = {layers = 1, width = 8, heads = 2}\n"
_FAMILY = (
    'corpora = {"x.txt" = 1}\nvocabulary = 300\ncontext = 8\nbatch = 2\ntokens = 100\n'
    "learning_rate = 0.1\nwarmup = 1\ncheckpoints = [0, 1]\n"
)


def family(old: str = "", new: str = "", size: str = _SIZE) -> Callable[[Path], object]:
    """A good family “x” with one text in place of another."""
    return toml("[x]\n" + (_FAMILY + size).replace(old, new) if old else "[x]\n" + _FAMILY + size)


FAMILIES = [
    Hostile("another family", toml("[y]\n"), "no family “x”"),
    Hostile("a number for a family", toml("x = 5"), "x"),
    Hostile("no field", toml("[x]"), "."),
    Hostile("corpora as a list", family('{"x.txt" = 1}', "[1]"), "."),
    Hostile("a share of nan", family("= 1}", "= nan}"), "corpora"),
    Hostile("a share of text", family("= 1}", '= "much"}'), "."),
    Hostile("a small vocabulary", family("300", "3"), "vocabulary"),
    Hostile("a rate of nan", family("0.1", "nan"), "learning_rate"),
    Hostile("sizes as a text", family(size='sizes = "s"\n'), "."),
    Hostile("a size of text", family(size='sizes.s = "s"\n'), "."),
    Hostile("no heads", family(size="sizes.s = {layers = 1, width = 8, heads = 0}\n"), "heads"),
    Hostile(
        "heads of text",
        family(size='sizes.s = {layers = 1, width = 8, heads = "2"}\n'),
        "whole number",
    ),
    Hostile("checkpoints below 0", family("[0, 1]", "[-1]"), "checkpoints"),
]
"""For `train-family --table`."""

PROMPTS = [
    Hostile("no system", toml("a = 1"), "lacks system"),
    Hostile(
        "a system of numbers", toml('system = 5\n[chat]\na="{word}"\n[base]\na="{word}"'), "system"
    ),
    Hostile("a chat of text", toml('system="s"\nchat="{word}"\n[base]\na="{word}"'), "chat"),
    Hostile("no placeholder", toml('system="s"\n[chat]\na="x"\n[base]\na="{word}"'), "chat.a"),
    Hostile(
        "two placeholders", toml('system="s"\n[chat]\na="{word}{x}"\n[base]\na="{word}"'), "chat.a"
    ),
    Hostile(
        "a look into Python",
        toml('system="s"\n[chat]\na="{word.__class__}"\n[base]\na="{word}"'),
        "chat.a",
    ),
    Hostile(
        "very wide", toml('system="s"\n[chat]\na="{word:>999999999}"\n[base]\na="{word}"'), "chat.a"
    ),
]
"""For `probes generate --prompts`."""
