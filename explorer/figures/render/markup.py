"""SVG as text: elements, numbers and colours that every viewer of SVG 1.1 reads."""

from __future__ import annotations

import html
import re

_RGB = re.compile(r"rgba?\(([^)]+)\)")
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot carry, escaped or not."""


def number(value: float) -> str:
    """A length in pixels, to a hundredth: "12.5", "12"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def escaped(text: object) -> str:
    """Text that cannot be read as markup, in an element or in an attribute."""
    return html.escape(_UNPRINTABLE.sub("", str(text)))


def element(tag: str, *children: str, **attributes: object) -> str:
    """One element; `stroke_width` becomes stroke-width, `class_` class; None is left
    out.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="'
        f'{number(value) if isinstance(value, float) else escaped(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    body = "".join(children)
    return f"<{tag}{written}>{body}</{tag}>" if body else f"<{tag}{written}/>"


def channels(colour: str) -> tuple[float, float, float, float]:
    """Red, green and blue of 0–255 and the opacity of 0–1.

    Raises NotImplementedError for a colour that is neither #rgb, #rrggbb, rgb() nor
    rgba().
    """
    if (match := _RGB.fullmatch(colour)) is not None:
        parts = [float(part) for part in match[1].split(",")]
        red, green, blue = parts[:3]
        return red, green, blue, parts[3] if len(parts) > 3 else 1.0
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    if not colour.startswith("#") or not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        raise NotImplementedError(f"The colour {colour!r} is not drawn: write it as #rrggbb.")
    red, green, blue = (float(int(digits[i : i + 2], 16)) for i in (0, 2, 4))
    return red, green, blue, 1.0


def paint(**colours: str | None) -> dict[str, object]:
    """Attributes for `fill=` and `stroke=`; an opacity is an attribute of its own,
    since SVG 1.1 has no rgba(). None is "none".
    """
    attributes: dict[str, object] = {}
    for name, colour in colours.items():
        if colour is None:
            attributes[name] = "none"
            continue
        red, green, blue, opacity = channels(colour)
        attributes[name] = f"#{round(red):02x}{round(green):02x}{round(blue):02x}"
        if opacity < 1:
            attributes[f"{name}_opacity"] = f"{opacity:g}"
    return attributes


def clipped(body: str, left: float, top: float, width: float, height: float) -> str:
    """What of `body` lies in a rectangle.

    The name of the clip path is the rectangle: equal names in one page of several
    figures are equal rectangles.
    """
    if not body:
        return ""
    name = "clip-" + "-".join(number(side) for side in (left, top, width, height))
    area = element("rect", x=left, y=top, width=width, height=height)
    return element("clipPath", area, id=name) + element("g", body, clip_path=f"url(#{name})")
