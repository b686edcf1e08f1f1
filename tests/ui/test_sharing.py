"""The address of the dashboard, from that of any of its pages."""

from __future__ import annotations

import pytest

from explorer.ui.sharing import root


@pytest.mark.parametrize(
    ("address", "base", "home"),
    [
        ("http://localhost:8501/", "", "http://localhost:8501"),
        ("http://localhost:8501/alignment", "", "http://localhost:8501"),
        ("https://lab-report/", "", "https://lab-report"),
        ("https://lab.example/report/", "/report/", "https://lab.example/report"),
        ("https://lab.example/report/report", "report", "https://lab.example/report"),
        ("https://lab.example/a/b/units?tau=0.6#x", "a/b", "https://lab.example/a/b"),
    ],
)
def test_it_is_the_host_and_the_path_below_which_it_is_served(
    address: str, base: str, home: str
) -> None:
    assert root(address, base) == home
