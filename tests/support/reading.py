"""What a test reads off a page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def charts(page: AppTest) -> list[str]:
    """The plotly figures, as JSON."""
    return [chart.proto.spec for chart in page.get("plotly_chart")]


def captions(page: AppTest) -> list[str]:
    """The captions as they read, without the escapes of Markdown."""
    return [str(caption.value).replace("\\", "") for caption in page.caption]


def texts(page: AppTest) -> str:
    """All that a page writes, without the escapes of Markdown."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(str(element.value) for kind in kinds for element in page.get(kind)).replace(
        "\\", ""
    )
