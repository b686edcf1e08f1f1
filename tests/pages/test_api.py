"""The read-only addresses beside those of the pages, against what the README says of
them.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import config

from explorer.core.settings import PROJECT
from explorer.exhibits import EXHIBITS, exhibit
from explorer.exhibits.export import FORMATS, record
from explorer.results.view import view_of
from explorer.ui import api, navigation, server
from explorer.ui.library import library


@pytest.fixture
def client(full_cache: Path) -> Iterator[TestClient]:
    before = config.get_option("server.allowedHosts")
    config.set_option("server.allowedHosts", ["localhost", "*.lab.example"])
    with TestClient(Starlette(routes=api.ROUTES), base_url="http://localhost:8501") as asking:
        yield asking
    config.set_option("server.allowedHosts", before)


@pytest.mark.parametrize(("base", "start"), [("", ""), ("lab/explorer", "/lab/explorer")])
def test_the_addresses_lie_below_the_path_that_the_dashboard_is_served_at(
    full_cache: Path, base: str, start: str
) -> None:
    below = Starlette(routes=server.routes_below(base))
    with TestClient(below, base_url="http://localhost:8501") as asking:
        assert asking.get(f"{start}/api/runs").json()
        home = asking.get(f"{start}/overview?tau=0.6", follow_redirects=False)
    assert home.headers["location"] == "./?tau=0.6"


def test_each_address_of_the_readme_answers_as_it_says(client: TestClient) -> None:
    text = (PROJECT / "README.md").read_text("utf-8")
    addresses = re.findall(r"^curl \"?http://localhost:8501(/api[^\s\"]*)", text, re.M)
    assert len(addresses) >= 4
    for address in addresses:
        answer = client.get(address.split("?")[0])
        assert answer.status_code == 200, address
    assert {form for form in FORMATS if f"`{form}`" in text} == set(FORMATS)


def test_the_index_names_every_page_exhibit_and_option(client: TestClient) -> None:
    told = client.get("/api").json()
    assert set(told["pages"]) == navigation.LISTED.keys()
    assert set(told["exhibits"]) == set(EXHIBITS)
    for name, row in EXHIBITS.items():
        assert told["exhibits"][name]["options"] == [option.name for option in row.options]


def test_an_exhibit_is_what_the_page_shows_of_the_same_address(client: TestClient) -> None:
    run = library().runs()[0].id
    view = view_of(library(), run=run, tau="0.6")
    expected = json.loads(json.dumps(record(exhibit("alignment", view, held="true"))))
    query = {"run": run, "tau": "0.60", "held": "true"}
    assert client.get("/api/exhibits/alignment.json", params=query).json() == expected
    table = pd.read_csv(io.StringIO(client.get("/api/exhibits/alignment.csv", params=query).text))
    assert table["rho"].tolist() == pytest.approx([row["rho"] for row in expected["data"]])


def test_a_page_says_where_the_data_of_its_exhibits_are(client: TestClient) -> None:
    run = library().runs()[0].id
    told = client.get("/api/pages/concepts", params={"run": run, "tau": "0.70"}).json()
    assert told["view"]["run"] == run
    for name, answer in told["exhibits"].items():
        assert EXHIBITS[name].page == "concepts"
        if "address" in answer:
            assert client.get(answer["address"]).status_code == 200
        else:
            assert answer["lacking"].endswith((".", "`"))


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/api/exhibits/headlin.json", 404, "no exhibit “headlin”"),
        ("/api/exhibits/headline.pdf", 404, "no format “pdf”"),
        ("/api/pages/nowhere", 404, "no page “nowhere”"),
        ("/api/exhibits/headline.json?run=zzz", 400, "“zzz”, which is not there"),
        ("/api/exhibits/headline.json?tau=7", 400, "tau"),
        ("/api/exhibits/headline.json?colour=red", 400, "no option “colour”"),
        ("/api/exhibits/<b>.json", 404, "no exhibit “<b>”"),
        (f"/api/exhibits/headline.json?run={'a' * 5000}", 414, "over 4,000 letters"),
    ],
)
def test_what_does_not_fit_is_a_sentence(
    client: TestClient, address: str, status: int, said: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert said in answer.json()["error"]
    assert "Traceback" not in answer.text


def test_a_fault_of_ours_is_a_sentence_too(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(api, "exhibit", broken)
    answer = client.get("/api/exhibits/headline.json")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_nothing_can_be_written(client: TestClient) -> None:
    for method in (client.post, client.put, client.delete, client.patch):
        assert method("/api/runs").status_code == 405


@pytest.mark.parametrize(
    ("host", "status"),
    [("LOCALHOST:8501", 200), ("a.lab.example", 200), ("evil.example", 403), ("lab.example", 403)],
)
def test_it_answers_to_the_names_that_the_pages_answer_to(
    client: TestClient, host: str, status: int
) -> None:
    answer = client.get("/api/runs", headers={"Host": host})
    assert answer.status_code == status
    assert ("runs" in answer.json()) == (status == 200)


def test_the_runs_are_those_of_the_overview(client: TestClient) -> None:
    told = client.get("/api/runs").json()["runs"]
    assert [run["run"] for run in told] == [run.id for run in library().runs()]
    assert {run["created"][:2] for run in told} == {"20"}


def test_a_picture_opened_by_its_address_can_run_nothing(client: TestClient) -> None:
    answer = client.get("/api/exhibits/alignment.svg")
    assert answer.text.startswith("<svg")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
