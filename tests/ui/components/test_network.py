"""The network component."""

from __future__ import annotations

from explorer.ui.components.network import _script, _style


def test_our_script_writes_text_and_never_markup() -> None:
    library, ours = _script().rsplit("// Draws the network", 1)
    assert "vis-network" in library
    assert "export default function" in ours
    assert "innerHTML" not in ours
    assert "insertAdjacentHTML" not in ours
    assert "http://www.w3.org/2000/svg" in ours
    assert ours.count("http") == ours.count("http://www.w3.org/2000/svg")
    assert "url(" not in _style()
