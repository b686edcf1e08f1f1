"""Logging in at a provider of OpenID Connect: who may change things can, all others
look, and whatever goes wrong is a sentence that gives nobody a right.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.core.access import MEMBERS
from explorer.jobs import queue
from tests.browser.conftest import PROJECT, Server, free_port, serve, settled
from tests.support.fixtures import small_run
from tests.support.oidc import Provider, RSAKey, provider
from tests.support.workbench import Workbench

pytestmark = pytest.mark.browser


@dataclass
class Group:
    """A dashboard that people log in to, and its provider."""

    server: Server
    provider: Provider
    members: Path
    job: str
    """A job that was stopped."""

    @property
    def url(self) -> str:
        return self.server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Group]:
    folder = tmp_path_factory.mktemp("group")
    members = folder / "members.txt"
    members.write_text("ada@lab.example\n")
    with pytest.MonkeyPatch.context() as patch, provider() as named:
        bench = Workbench(folder / "cache", patch)
        small_run(bench.runs)
        job = bench.submit(start=False)
        queue.cancel(job.id)
        port = free_port()
        path = named.secrets_file(folder, f"http://localhost:{port}")
        flags = ("--secrets.files", str(path))
        settings = {MEMBERS: str(members), "PYTHONPATH": f"{bench.folder / 'hook'}:{PROJECT}"}
        with serve(bench.folder, PROJECT, *flags, port=port, **settings) as server:
            yield Group(server, named, members, job.id)
        bench.stop_workers()


@pytest.fixture(autouse=True)
def _as_it_was(group: Group) -> Iterator[None]:
    yield
    group.members.write_text("ada@lab.example\n")
    group.provider.claims.clear()
    group.provider.signing = None
    group.provider.secret = type(group.provider)().secret
    queue_state = queue.get(group.job)
    if queue_state is not None and queue_state.active:
        queue.cancel(group.job)


@pytest.fixture
def log_in(group: Group, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """log_in(name): a page of a browser of its own after that choice at the
    provider.
    """
    contexts = []

    def logged(name: str) -> Page:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(group.url)
        settled(page)
        page.get_by_role("button", name="Log in").first.click()
        link = page.get_by_role("link", name=name)
        link.wait_for()
        page.wait_for_load_state("networkidle")
        link.click()
        settled(page)
        return page

    yield logged
    for context in contexts:
        context.close()


def state(group: Group) -> tuple[str, str]:
    job = queue.get(group.job)
    assert job is not None
    return job.state, job.person


def test_without_a_login_everything_is_seen_and_nothing_can_be_started(
    group: Group, page: Page
) -> None:
    page.goto(f"{group.url}/extract?job={group.job}")
    settled(page)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("Log in to change things")).to_be_visible()
    expect(main.get_by_role("button", name="Log in")).to_be_visible()
    expect(main.get_by_role("button", name="Resume")).to_have_count(0)
    page.goto(f"{group.url}/alignment")
    settled(page)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_role("button", name="Add to report").first).to_be_disabled()


def test_a_member_starts_a_job_that_carries_their_name(
    group: Group, log_in: Callable[[str], Page]
) -> None:
    page = log_in("Ada")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Logged in as ada@lab.example")
    page.goto(f"{group.url}/extract?job={group.job}")
    settled(page)
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".st-key-job-panel")).to_contain_text("by ada@lab.example")
    assert state(group)[1] == "ada@lab.example"
    page.get_by_role("button", name="Cancel").click()
    _until(lambda: state(group)[0] == "cancelled")
    page.goto(f"{group.url}/extract")
    settled(page)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_test_id("stSidebar").get_by_role("button", name="Log in")).to_be_visible()


def test_somebody_else_looks_only(group: Group, log_in: Callable[[str], Page]) -> None:
    page = log_in("Eve")
    page.goto(f"{group.url}/extract?job={group.job}")
    settled(page)
    told = page.get_by_text("You may look at everything here")
    expect(told).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    page.goto(f"{group.url}/extract")
    settled(page)
    expect(page.get_by_role("button", name="Start extraction")).to_have_count(0)


def test_a_right_that_was_taken_away_is_gone_from_pages_that_are_still_open(
    group: Group, log_in: Callable[[str], Page]
) -> None:
    page = log_in("Ada")
    page.goto(f"{group.url}/extract?job={group.job}")
    settled(page)
    button = page.get_by_role("button", name="Resume")
    expect(button).to_be_visible()
    group.members.write_text("@elsewhere.example\n")
    button.click()
    expect(page.get_by_text("You may look at everything here")).to_be_visible()
    assert state(group)[0] == "cancelled"


def test_an_expired_login_is_a_sentence_and_a_button(
    group: Group, log_in: Callable[[str], Page]
) -> None:
    group.provider.claims["iat"] = int(time.time()) - 13 * 3600
    page = log_in("Ada")
    page.goto(f"{group.url}/extract?job={group.job}")
    settled(page)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("Your login has expired")).to_be_visible()
    expect(main.get_by_role("button", name="Log in")).to_be_visible()
    expect(main.get_by_role("button", name="Resume")).to_have_count(0)


@pytest.mark.parametrize(
    "fault", ["cancelled", "wrong secret", "other audience", "another's key", "out of date"]
)
def test_a_login_that_does_not_succeed_is_told_and_gives_no_right(
    group: Group, log_in: Callable[[str], Page], fault: str
) -> None:
    if fault == "wrong secret":
        group.provider.secret = "another"
    elif fault == "other audience":
        group.provider.claims["aud"] = "another client"
    elif fault == "another's key":
        group.provider.signing = RSAKey.generate_key(2048, {"kid": "one"})
    elif fault == "out of date":
        group.provider.claims["exp"] = int(time.time()) - 7200
    page = log_in("Cancel" if fault == "cancelled" else "Ada")
    expect(page.get_by_text("The login did not succeed")).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_role("button", name="Log in")).to_be_visible()


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email": ""}])
def test_an_address_that_the_provider_does_not_vouch_for_gives_no_right(
    group: Group, log_in: Callable[[str], Page], claims: dict[str, object]
) -> None:
    group.provider.claims |= claims
    page = log_in("Ada")
    page.goto(f"{group.url}/extract?job={group.job}")
    settled(page)
    expect(page.get_by_text("so it gives no rights")).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)


def test_a_header_that_claims_a_member_gives_no_right(group: Group, browser: Browser) -> None:
    claims = {"X-Streamlit-User": "ada@lab.example", "X-Forwarded-Email": "ada@lab.example"}
    context = browser.new_context(extra_http_headers={**claims, "Remote-User": "ada@lab.example"})
    page = context.new_page()
    page.goto(f"{group.url}/extract?job={group.job}")
    settled(page)
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    expect(page.get_by_text("Log in to change things")).to_be_visible()
    context.close()


def test_a_provider_that_cannot_be_reached_or_is_half_named_is_told(
    tmp_path: Path, page: Page
) -> None:
    port = free_port()
    auth = f"""
[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "a secret of the cookies, long enough"
[auth.away]
client_id = "one"
client_secret = "two"
server_metadata_url = "http://localhost:9/.well-known/openid-configuration"
[auth.half]
client_id = "one"
"""
    (tmp_path / "secrets.toml").write_text(auth)
    (tmp_path / "cache" / "runs").mkdir(parents=True)
    small_run(tmp_path / "cache" / "runs")
    flags = ("--secrets.files", str(tmp_path / "secrets.toml"))
    with serve(tmp_path / "cache", PROJECT, *flags, port=port):
        page.goto(f"http://localhost:{port}/extract")
        settled(page)
        main = page.get_by_test_id("stMain")
        main.get_by_role("button", name="Log in with half").click()
        expect(page.get_by_text("This server cannot log anybody in")).to_be_visible()
        expect(page.get_by_text("client_secret")).to_have_count(0)
        main.get_by_role("button", name="Log in with away").click()
        expect(page.get_by_text("The login did not succeed")).to_be_visible()
        settled(page)
        assert "Traceback" not in page.content()


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
