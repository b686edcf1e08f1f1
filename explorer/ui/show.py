"""Show an exhibit on a page: its controls, its figure, network or table, and its
footer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.core.text import plain
from explorer.exhibits import Exhibit
from explorer.exhibits.registry import row_of
from explorer.exhibits.row import SWITCH, Option
from explorer.figures import theme
from explorer.reports.report import Source
from explorer.results.view import View
from explorer.ui import footer, sharing, shell
from explorer.ui.clicks import follow, point_chosen, span_chosen
from explorer.ui.components.network import show_network
from explorer.ui.components.player import keys_for
from explorer.ui.components.tokens import show_tokens
from explorer.ui.controls import address
from explorer.ui.present import picture, presenting
from explorer.ui.reports import adding
from explorer.ui.table import Chosen, show_table

_FEW, _MANY = 6, 4
"""With more values than the one an option is a list, not a row of buttons; more options
than the other are folded away.
"""


def show(
    name: str,
    view: View,
    *,
    heading: bool = True,
    folded: bool = False,
    given: Mapping[str, str] | None = None,
    caption: bool = True,
    controls: bool = True,
) -> bool:
    """An exhibit of the registry with the controls of its options; whether it is there.

    A problem is told in its place, and what the view lacks. folded: behind its title.
    given: values of options whose controls the page has drawn and checked. caption,
    controls: whether there is a caption, and what stands with it.
    """
    row = row_of(name)
    view = row.seen(view)
    with shell.guard():
        if sentence := row.unmet(view):
            shell.notice(plain(sentence))
            return False
        place = st.container()
        chosen = _options(row.options, view, given or {})
        if sentence := row.refuses(view, chosen):
            shell.notice(plain(sentence))
            return False
        with st.spinner("Measuring …"):
            shown = row.make(view, **chosen)
        if heading and not folded:
            place.subheader(plain(shown.title), anchor=False, help=plain(row.about))
        with st.expander(plain(shown.title)) if folded else contextlib.nullcontext():
            if shown.lead:
                st.markdown(plain(shown.lead))
            source = Source(name, options=chosen, **view.address)
            draw(shown, address=view.address, source=source, caption=caption, controls=controls)
        return True
    return False


def draw(
    exhibit: Exhibit,
    key: str | None = None,
    *,
    address: Mapping[str, str] | None = None,
    source: Source | None = None,
    then: Callable[[], None] = lambda: None,
    caption: bool = True,
    controls: bool = True,
) -> None:
    """An exhibit with what it owes: alt text, exports, caption, data as CSV, notes.

    key: of its elements; its name when left out. address: the parameters that a page
    which a choice opens shares with this one. source: how a report names it; None for
    what no report can show. then: called when something in it was chosen and has become
    part of the view.
    """

    def chosen(values: Sequence[Any]) -> None:
        follow(exhibit, values, address or {})
        then()

    key = key or exhibit.name.replace("-", "_")
    table = exhibit.table
    left, right = st.columns([3, 2]) if exhibit.drawn and table and table.beside else (None, None)
    with left or contextlib.nullcontext(), st.container(gap="xxsmall", key=f"figure-{key}"):
        if presenting():
            st.subheader(plain(exhibit.title), anchor=False)
        if presenting() and (exhibit.figure or exhibit.network):
            picture(exhibit, key)
        elif exhibit.figure is not None:
            _figure(exhibit, key, chosen)
        elif exhibit.network is not None:
            show_network(
                dict(exhibit.network.data),
                key=key,
                alt=exhibit.alt,
                filename=exhibit.filename,
                on_concept=lambda word: chosen((word,)),
            )
        elif exhibit.tokens is not None:
            show_tokens(exhibit.tokens, exhibit.alt)
        elif table is not None:
            show_table(exhibit, table, key, chosen)
        if controls:
            footer.figure_footer(
                key=key,
                caption=exhibit.caption if caption else "",
                data=lambda: exhibit.data,
                filename=exhibit.filename,
                beside=lambda: _handing_on(exhibit, source, key) if source else None,
            )
        elif caption:
            st.caption(plain(exhibit.caption))
    if controls and exhibit.drawn and table is not None:
        with right or st.expander("The same as a table"):
            show_table(exhibit, table, key)
    for note in exhibit.notes:
        shell.notice(plain(note))


def _handing_on(exhibit: Exhibit, source: Source, key: str) -> None:
    adding.button(source, key)
    sharing.button(exhibit, source, key)


def _options(options: Sequence[Option], view: View, given: Mapping[str, str]) -> dict[str, str]:
    """The controls of the options that arise and are not given, in one row or folded
    away, and what they say.
    """
    chosen: dict[str, str] = {}
    own = [option for option in options if not option.follows and option.name not in given]
    row: DeltaGenerator = (
        st.popover("Options", icon=":material/tune:")
        if len(own) > _MANY
        else st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    )
    for option in options:
        if option.name in given:
            chosen[option.name] = given[option.name]
            continue
        offered = option.offered(view, chosen)
        first = option.first(offered)
        if first is None:
            continue
        if option.follows:
            value = address.value(option.name)
            fits = value in offered or (option.free and value)
            chosen[option.name] = value if value and fits else first
        elif len(offered) > 1:
            with row:
                chosen[option.name] = _control(option, offered, first)
        else:
            chosen[option.name] = first
    return chosen


def _control(option: Option, offered: tuple[str, ...], first: str) -> str:
    help_text = option.help or None
    if offered == SWITCH:
        return SWITCH[address.switch(option.name, option.label, help_text)]
    if option.scale:
        return address.scale(option.name, option.label, offered, first, help_text)
    if offered[0] == "":
        return (
            address.find(
                option.name, option.label, offered[1:], nothing="none", placeholder=option.help
            )
            or ""
        )
    control = address.choice if len(offered) <= _FEW else address.pick
    return control(option.name, option.label, offered, help_text)


def _figure(exhibit: Exhibit, key: str, chosen: Chosen) -> None:
    assert exhibit.figure is not None
    exhibit.figure.update_layout(template=theme.template(shell.dark()))
    options: dict[str, Any] = {}
    if exhibit.target:
        options = {"on_select": point_chosen(key, chosen), "selection_mode": "points"}
    elif exhibit.brush:
        options = {"on_select": span_chosen(key, exhibit.brush), "selection_mode": "box"}
    st.plotly_chart(
        exhibit.figure,
        key=key,
        config=footer.figure_config(exhibit.filename),
        alt=exhibit.alt,
        width="stretch",
        **options,
    )
    if exhibit.figure.frames:
        keys_for(key, exhibit.title)
