"""What runs on every visit: page settings, navigation, the chosen page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.ui import footer, login, navigation, present, seeds, shell

_ICON, _LOGO = (Path(__file__).with_name(f"{name}.svg") for name in ("icon", "logo"))


def run() -> None:
    """Show the page that the address names."""
    # Without headings between them, which Streamlit puts where a list has its items.
    page = st.navigation(list(navigation.build().values()), expanded=True)
    navigation.follow()
    seeds.arrive(page.url_path)
    name = "" if page.title == navigation.PAGES[navigation.HOME].title else f"{page.title} · "
    st.set_page_config(page_title=f"{name}Expert Explorer", page_icon=str(_ICON), layout="wide")
    st.logo(str(_LOGO), size="large", icon_image=str(_ICON))
    shell.style()
    if present.presenting():
        present.slides()
    with st.sidebar:
        st.segmented_control(
            "Save figures as",
            footer.FORMATS,
            default=footer.FORMATS[0],
            required=True,
            key=footer.FORMAT_KEY,
            persist_state="session",
            help="What the camera button above each figure saves.",
        )
        present.offer()
        login.offer()
    login.arrive()
    with shell.guard():
        page.run()


if __name__ == "__main__":
    run()
