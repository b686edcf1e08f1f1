"""Parts of a page that a program writes."""

from __future__ import annotations

from pathlib import Path


def put_in_place(page: Path, name: str, text: str) -> bool:
    """Replace what stands between `<!-- NAME -->` and `<!-- /NAME -->` on a page;
    whether it has these marks.
    """
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, found, rest = page.read_text("utf-8").partition(start)
    _, ended, after = rest.partition(end)
    if found and ended:
        page.write_text(f"{before}{start}{text}\n{end}{after}", "utf-8")
    return bool(found and ended)
