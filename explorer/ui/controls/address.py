"""The address of a page, and controls bound to it: the one place that reads and writes
it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import streamlit as st

from explorer.core.text import plain
from explorer.results.view import Misfit
from explorer.ui import seeds, shell


def given(name: str) -> str | None:
    """What the address says of a parameter."""
    value = st.query_params.get(name)
    return None if value is None else str(value)


def value(name: str) -> str | None:
    """What a bound control says, or before it was drawn the address."""
    shown = st.session_state.get(name)
    if isinstance(shown, bool):
        return str(shown).lower()
    return given(name) if shown is None else str(shown)


def put(name: str, value: str | None) -> None:
    """Set a parameter that no control is bound to, or take it out of the address."""
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def tell(misfit: Misfit) -> None:
    """Say that a parameter asks for what is not there."""
    shell.notice(plain(misfit.sentence))


def check(name: str, allowed: Collection[str], used: str) -> None:
    """Tell when the address asks a bound control for what is not allowed.

    To be called before the control, which then falls back to `used` and takes the value
    out of the address; so it is remembered, and told until the control is moved.
    """
    memory = f"_misfit_{name}"
    value = given(name)
    if value is not None:
        st.session_state[memory] = None if value in allowed else value
    shown = st.session_state.get(name)
    if shown is not None and not _same(str(shown), used):
        st.session_state[memory] = None
    if (misfit := st.session_state.get(memory)) is not None:
        tell(Misfit(name, misfit, used))


def seeded(name: str, allowed: Collection[str] | None = None) -> None:
    """Give a control that is drawn next what another page left for it.

    allowed: values that it can have; what is none of them is dropped.
    """
    left = seeds.take(name)
    if left is not None and (allowed is None or left in allowed):
        st.session_state[name] = left


def choice(name: str, label: str, options: Sequence[str], help_text: str | None = None) -> str:
    """One of a few options, the first by default."""
    seeded(name, options)
    check(name, options, options[0])
    # Pills wrap on a phone where a segmented control is cut off.
    chosen = st.pills(
        label,
        options,
        default=options[0],
        required=True,
        key=name,
        bind="query-params",
        wrap=True,
        help=help_text,
    )
    # An empty parameter chooses nothing.
    return options[0] if chosen is None else str(chosen)


def pick(
    name: str,
    label: str,
    options: Sequence[str],
    help_text: str | None = None,
    *,
    on_change: Callable[[], None] | None = None,
) -> str:
    """One of many options, the first by default."""
    seeded(name, options)
    check(name, options, options[0])
    if st.session_state.get(name) not in (None, *options):
        st.session_state[name] = options[0]
    chosen = st.selectbox(
        label, options, key=name, bind="query-params", help=help_text, on_change=on_change
    )
    return options[0] if chosen is None else str(chosen)


def find(
    name: str,
    label: str,
    options: Sequence[str],
    *,
    nothing: str,
    placeholder: str,
    on_change: Callable[[], None] | None = None,
) -> str | None:
    """One of very many options, or None; `nothing` says what None stands for."""
    seeded(name, options)
    check(name, options, nothing)
    if st.session_state.get(name) not in (None, *options):
        st.session_state[name] = None
    return st.selectbox(
        label,
        options,
        index=None,
        key=name,
        bind="query-params",
        placeholder=placeholder,
        on_change=on_change,
    )


def typed(
    name: str,
    label: str,
    placeholder: str,
    *,
    most: int = 200,
    on_change: Callable[[], None] | None = None,
) -> str:
    """A text of at most `most` letters, empty by default."""
    seeded(name)
    return str(
        st.text_input(
            label,
            key=name,
            bind="query-params",
            placeholder=placeholder,
            max_chars=most,
            on_change=on_change,
        )
        or ""
    ).strip()


def scale(
    name: str, label: str, options: Sequence[str], first: str, help_text: str | None = None
) -> str:
    """One of some sizes in their order."""
    seeded(name, options)
    check(name, options, first)
    return str(
        st.select_slider(label, options, value=first, key=name, bind="query-params", help=help_text)
    )


def switch(name: str, label: str, help_text: str | None = None, *, disabled: bool = False) -> bool:
    """Off by default."""
    if (left := seeds.take(name)) is not None:
        st.session_state[name] = left == "true"
    check(name, ("true", "false"), "off")
    return st.toggle(label, key=name, bind="query-params", help=help_text, disabled=disabled)


def _same(a: str, b: str) -> bool:
    try:
        return float(a) == float(b)
    except ValueError:
        return a == b
