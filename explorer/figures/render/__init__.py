"""Figures and tables as files, without a browser: SVG, PNG and pages that stand
alone.
"""

from explorer.figures.render.page import html, page
from explorer.figures.render.picture import svg
from explorer.figures.render.raster import png
from explorer.figures.render.table import table_svg

__all__ = ["html", "page", "png", "svg", "table_svg"]
