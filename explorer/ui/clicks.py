"""What a choice in an exhibit does: it becomes part of the view, or opens a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from explorer.exhibits import Exhibit
from explorer.ui import navigation
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.table import Chosen


def point_chosen(key: str, chosen: Chosen) -> Callable[[], None]:
    """What a click on a point of a figure does: its custom data are chosen."""

    def clicked() -> None:
        for point in st.session_state[key].selection.points[:1]:
            if values := point.get("customdata"):
                chosen(values)

    return clicked


def span_chosen(key: str, name: str) -> Callable[[], None]:
    """What a range dragged along a figure does: it becomes a parameter."""

    def dragged() -> None:
        for box in st.session_state[key].selection.box[:1]:
            low, high = sorted(float(end) for end in box["x"])
            st.session_state[name] = f"{low:.4g},{high:.4g}"

    return dragged


def follow(exhibit: Exhibit, values: Sequence[Any], view: Mapping[str, str]) -> None:
    """What was chosen becomes the view, a run or the value of an option, or opens
    another page.
    """
    parts = zip(exhibit.target, values, strict=False)
    named = {name: str(value) for name, value in parts if value is not None}
    if exhibit.opens:
        navigation.open_next(exhibit.opens, {**view, **exhibit.given, **named})
        return
    for name, value in named.items():
        if name == controls.RUN:
            controls.choose(value)
        elif name in navigation.UNBOUND:
            address.put(name, value)
        else:
            st.session_state[name] = value
