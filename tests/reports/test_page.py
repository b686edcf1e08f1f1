"""The HTML of a report: whole, inert, the numbers of its exhibits, whatever fails."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from explorer.exhibits import EXHIBITS, exhibit
from explorer.exhibits.export import drawn_figure, svg
from explorer.exhibits.provenance import INTERVALS
from explorer.exhibits.registry import options_of
from explorer.figures.theme import BACKGROUND, INK
from explorer.reports.archive import archive
from explorer.reports.markdown import html_of, inline_html_of
from explorer.reports.page import Written, write_report
from explorer.reports.report import Claim, Report, Shown, Source, Words
from explorer.results.view import view_of
from explorer.store.library import Library
from tests.support.fixtures import small_run

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def report_of(*names: str, **more: object) -> Report:
    return Report("A title", tuple(Shown(Source(name)) for name in names), **more)  # type: ignore[arg-type]


def test_every_exhibit_stands_in_a_report_or_says_what_it_needs(library: Library) -> None:
    view = view_of(library)
    written = write_report(report_of(*EXHIBITS), library, live_figures=False)
    for part, (name, row) in zip(written.sections, EXHIBITS.items(), strict=True):
        assert part.made is not None
        if part.made.exhibit is None:
            assert part.made.problem in (row.lacking(view) or part.made.problem), name
            assert "fault of the program" not in part.made.problem, name
            assert "Not shown" in part.html
        else:
            assert html.escape(part.made.exhibit.caption) in part.html
    shown = [part for part in written.sections if part.numbers]
    assert len(shown) > len(EXHIBITS) // 2


def test_what_is_refused_at_first_is_shown_of_what_its_author_chose(tmp_path: Path) -> None:
    run = small_run(tmp_path).stem
    small_run(tmp_path, random_init=0)
    library = Library(tmp_path)
    refused, shown = (
        write_report(
            Report("t", (Shown(Source("compare-turnover", run=run, options=options)),)),
            library,
            live_figures=False,
        ).sections[0]
        for options in ({}, {"with": run, "tau_b": "0.60"})
    )
    assert refused.made is not None
    assert "did not start from the same weights" in refused.made.problem
    assert shown.numbers is not None


def test_the_methods_say_how_the_intervals_are_made() -> None:
    text = resources.files("explorer.reports").joinpath("methods.md").read_text("utf-8")
    assert INTERVALS.removeprefix("95% intervals that ") in text
    assert "over pairs" not in text


def test_dark_pages_differ_from_light_ones_in_ink_and_ground_only(library: Library) -> None:
    """The style sheet exchanges these two colours, the ground also around words: one
    picture serves both.
    """
    view, n = view_of(library), 0
    for name, row in EXHIBITS.items():
        if row.lacking(view):
            continue
        try:
            made = row.make(view, **options_of(row, view, {}))
        except Exception:  # noqa: BLE001 - what cannot be made has no picture
            continue
        if drawn_figure(made) is None:
            continue
        light, dark = svg(made), svg(made, dark=True)
        ground = f'fill="{BACKGROUND[False]}"'
        exchanged = light.replace(INK[False], INK[True])
        exchanged = exchanged.replace(ground, f'fill="{BACKGROUND[True]}"', 1)
        halo = rf'(<text [^>]*stroke="){BACKGROUND[False]}"'
        exchanged = re.sub(halo, rf'\g<1>{BACKGROUND[True]}"', exchanged)
        assert exchanged == dark, name
        n += 1
    assert n > 10


def test_what_people_write_is_shown_and_never_run(library: Library) -> None:
    source = Source("headline")
    report = Report(
        ATTACK,
        (Words(ATTACK), Shown(source, ATTACK), Shown(Source(ATTACK))),
        authors=(ATTACK,),
        claims=(Claim(ATTACK, source, {ATTACK: ATTACK}, ATTACK, 1.0),),
    )
    page = write_report(report, library).html
    assert "<script>alert" not in page
    assert "<img" not in page.split("<script", 1)[0]
    assert page.count("<script>") == 1
    assert "&lt;script&gt;alert(1)" in page


def test_nothing_is_fetched_from_anywhere(library: Library) -> None:
    page = write_report(report_of("headline", "network", "bridges"), library).html
    assert "default-src 'none'" in page
    body = page.partition("<script")[0]
    assert not re.search(r"(?:src|href|url\()=?[\"']?(?:https?:)?//", body)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](data:text/html,b)", "<p>[a](data:text/html,b)</p>\n"),
        ("# Head", "<h2>Head</h2>\n"),
        ("<b>", "<p>&lt;b&gt;</p>\n"),
    ],
)
def test_markdown_gives_inert_html(text: str, written: str) -> None:
    assert html_of(text) == written


def test_links_lead_to_the_web_and_to_mail_only() -> None:
    for address in ("https://a.org", "http://a.org", "mailto:a@b.org"):
        assert f'href="{address}"' in inline_html_of(f"[x]({address})")
    for address in ("//a.org", "/a", "file:///etc", "JavaScript:1", "vbscript:1"):
        assert "href" not in inline_html_of(f"[x]({address})")
    assert "<img" not in html_of("![x](https://a.org/x.png)")


def test_a_gone_run_becomes_a_sentence_and_the_rest_stands(library: Library) -> None:
    blocks = (Shown(Source("headline", run="0" * 16)), Shown(Source("headlin")), Words("after"))
    written = write_report(
        Report("t", (*blocks, Shown(Source("headline")))), library, live_figures=False
    )
    first, second, _, last = written.sections
    assert "run: got “0000000000000000”, which is not there" in first.html
    assert "Did you mean “headline”" in second.html
    assert last.picture
    assert len(written.problems) == 2


def test_a_fault_of_the_program_breaks_one_exhibit_only(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = exhibit("bridges", view_of(library))

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("explorer.reports.sections.svg", broken)
    written = write_report(report_of("headline", "bridges"), library, live_figures=False)
    assert "fault of the program (ZeroDivisionError)" in written.sections[0].html
    assert real.title in written.sections[1].html


def test_what_is_written_names_every_address_and_option(library: Library) -> None:
    written = write_report(report_of("pairs"), library, live_figures=False)
    (block,) = written.report.shown
    assert block.source.address == view_of(library).address
    assert block.source.options
    assert written.report.date
    again = write_report(written.report, library, live_figures=False)
    assert again.html == written.html


def test_a_zip_holds_pictures_data_and_digests(library: Library) -> None:
    written = write_report(report_of("headline", "bridges"), library, live_figures=False)
    with zipfile.ZipFile(io.BytesIO(archive(written, with_runs=True))) as packed:
        names = set(packed.namelist())
        assert {"figures/01-headline.svg", "tables/01-bridges.csv"} <= names
        assert any(name.startswith("runs/") for name in names)
        data = pd.read_csv(packed.open("figures/01-headline.csv"))
        assert list(data) == list(exhibit("headline", view_of(library)).data)
        sums = packed.read("SHA256SUMS").decode()
        assert all(name in sums for name in names - {"SHA256SUMS"})
    assert archive(written) == archive(written)


def record_of(written: Written) -> dict:
    found = re.search(r'id="record">(.*?)</script>', written.html, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_record_holds_the_numbers_of_the_exhibits(library: Library) -> None:
    written = write_report(report_of("headline"), library, live_figures=False)
    table = record_of(written)["numbers"]["block-1"]
    data = exhibit("headline", view_of(library)).data
    at = table["columns"].index("rho")
    assert [row[at] for row in table["rows"]] == pytest.approx(list(data["rho"]))
