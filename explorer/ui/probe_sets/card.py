"""What a probe set says of where it comes from, as lines a reader understands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from explorer.core import text
from explorer.probes.words import inflections, spans

_LABELS = {
    "made_by": "Made by",
    "gguf_sha256": "SHA-256 of the weights",
    "parent": "Made from",
    "per_concept": "Sentences a concept",
    "dtype": "Number format",
}
_MAKERS = {
    "generation": "a language model",
    "import": "import of a file",
    "edit": "editing another probe set",
}
_SHOWN = 5
_ADDRESS = re.compile(r"(://|www|@)", re.IGNORECASE)


def lines(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of every entry of a card, in its order; long lists are counted
    and cut.
    """
    found = []
    for key, value in card.items():
        if value in (None, "", [], {}) or key == "parent_card":
            continue
        label = _LABELS.get(key, key.replace("_", " ").capitalize())
        found.append((label, _value(key, value)))
    if isinstance(parent := card.get("parent_card"), Mapping) and parent:
        found += [
            (f"Original: {label[:1].lower()}{label[1:]}", value) for label, value in lines(parent)
        ]
    return found


def _value(key: str, value: Any) -> str:
    if key == "made_by":
        return _MAKERS.get(str(value), str(value))
    if key == "date":
        return text.date(str(value))
    if key == "domains" and isinstance(value, Mapping):
        names = dict.fromkeys(str(domain) for domain in value.values())
        return f"{len(names)} domains for {len(value)} concepts: {', '.join(names)}"
    if key == "parent" and isinstance(value, Mapping):
        return f"{value.get('name')} ({str(value.get('digest'))[:7]})"
    if key in ("excluded", "added") and isinstance(value, list):
        return _counted(
            f"{row.get('text')} ({row.get('concept')})" for row in value if isinstance(row, Mapping)
        )
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(
            f"{str(key).replace('_', ' ')}: {_plain(entry)}" for key, entry in value.items()
        )
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(entry) for entry in value)
    return str(value)


def _counted(rows: Iterable[str]) -> str:
    every = list(rows)
    more = f" … and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return f"{len(every):,}: " + " · ".join(every[:_SHOWN]) + more


def marked(sentence: str, concept: str) -> str:
    """A sentence as Markdown that shows it literally, the forms of its concept on a
    coloured ground.
    """
    # Streamlit makes links of addresses, escaped or not; an invisible joiner within
    # keeps them text.
    sentence = _ADDRESS.sub("\\1\N{WORD JOINER}", " ".join(sentence.split()))
    shown, last = "", 0
    for start, end in spans(sentence, inflections(concept)):
        shown += text.plain(sentence[last:start])
        shown += f":primary-background[**{text.plain(sentence[start:end])}**]"
        last = end
    return shown + text.plain(sentence[last:])
