"""How to cite the program, the paper whose method it is, and a figure."""

from __future__ import annotations

import datetime
import re

from explorer import __version__
from explorer.exhibits.exhibit import Exhibit
from explorer.reports.numbers import numbers_of
from explorer.reports.report import Source
from explorer.reports.sections import command_of

TOOL = f"""@software{{expert_explorer,
  title   = {{Expert Explorer}},
  author  = {{{{The Expert Explorer developers}}}},
  version = {{{__version__}}},
  license = {{Apache-2.0}}
}}"""
PAPER = """@article{fedzechkina2025analyze,
  title   = {Analyze the Neurons, not the Embeddings: Understanding When and Where
             LLM Representations Align with Humans},
  author  = {Fedzechkina, Maria and others},
  journal = {arXiv preprint arXiv:2502.15090},
  year    = {2025}
}"""
_SPECIAL = re.compile(r"([&%$#_{}~^\\])")
_SPELLED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def figure_citation(exhibit: Exhibit, source: Source, url: str = "") -> str:
    """BibTeX of an exhibit as it is shown: what it is of, a digest of its numbers, and
    the command that draws it again.

    url: where others can see it; empty where they cannot.
    """
    digest = numbers_of(exhibit.data).digest
    about = ", ".join(
        part
        for part in (
            f"exhibit {source.exhibit}",
            f"run {source.run}" if source.run else "",
            f"AP threshold {source.tau}" if source.tau else "",
            source.human,
            source.overlap,
            f"numbers {digest}",
        )
        if part
    )
    rows = {
        "title": _tex(exhibit.title),
        "author": "{The Expert Explorer developers}",
        "howpublished": f"Expert Explorer {_tex(__version__)}",
        "note": f"{_tex(about)}; {_tex(command_of(source, f'{source.exhibit}.svg'))}",
        "url": url,
        "year": str(datetime.datetime.now(datetime.UTC).year),
    }
    body = ",\n".join(f"  {name:<12} = {{{value}}}" for name, value in rows.items() if value)
    return f"@misc{{expert_explorer_{source.exhibit.replace('-', '_')}_{digest[:8]},\n{body}\n}}"


def _tex(text: str) -> str:
    """Text as LaTeX shows it."""
    return _SPECIAL.sub(lambda found: _SPELLED.get(found[1], rf"\{found[1]}"), text)
