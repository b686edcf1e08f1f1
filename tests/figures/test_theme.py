"""Colours: the same for the same thing, told apart by everyone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from explorer.figures.theme import (
    BACKGROUND,
    DOMAIN_COLORS,
    PALETTE,
    REPRESENTATIONS,
    domain_styles,
    faded,
    safe,
    template,
)

# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(
    "colours",
    [DOMAIN_COLORS, [PALETTE[r] for r in REPRESENTATIONS]],
    ids=["domains", "representations"],
)
def test_colours_differ_in_every_vision(vision: str, colours: list[str]) -> None:
    seen = [lab(np.array(VISIONS[vision]) @ linear(colour)) for colour in colours]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15


@pytest.mark.parametrize("dark", [False, True])
def test_representations_stand_out_from_the_page(dark: bool) -> None:
    luminance = [
        float(TO_XYZ[1] @ linear(c)) + 0.05
        for c in [BACKGROUND[dark], *(PALETTE[r] for r in REPRESENTATIONS)]
    ]
    assert all(max(luminance[0], other) / min(luminance[0], other) > 2 for other in luminance[1:])


def test_a_domain_keeps_its_style_in_any_company() -> None:
    alone, together = (
        domain_styles(["vehicle"]),
        domain_styles(["animal", None, "vehicle", "zoo", "animal"]),
    )
    assert alone["vehicle"] == together["vehicle"]
    assert set(together) == {"animal", "vehicle", "zoo"}


def test_seventy_domains_have_seventy_styles() -> None:
    assert len(set(domain_styles(f"domain {n}" for n in range(70)).values())) == 70


def test_users_text_is_escaped() -> None:
    assert (
        safe("<a href='x'>cat</a> & dog") == "&lt;a href=&#x27;x&#x27;&gt;cat&lt;/a&gt; &amp; dog"
    )


def test_faded_keeps_the_colour() -> None:
    assert faded("#0072B2", 0.5) == "rgba(0,114,178,0.5)"


def test_templates_of_light_and_dark_differ_in_paper_and_ink() -> None:
    light, dark = template(False).layout, template(True).layout
    assert light.paper_bgcolor != dark.paper_bgcolor
    assert light.font.color != dark.font.color
