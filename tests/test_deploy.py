"""What `deploy/` recommends is what the program does: names, paths, pins, options."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from streamlit import config

from explorer.ui import server
from tests.support.nginx import configuration

PROJECT = Path(__file__).resolve().parent.parent
DEPLOY = PROJECT / "deploy"
DOCUMENT = PROJECT / "docs" / "deployment.md"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
TEXTS = {path.name: path.read_text("utf-8") for path in (*FILES, DOCUMENT)}
READ = "\n".join(path.read_text("utf-8") for path in (PROJECT / "explorer").rglob("*.py"))
EXTRAS = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]


@pytest.mark.parametrize("name", TEXTS)
def test_every_setting_that_is_named_is_one_that_the_program_reads(name: str) -> None:
    for variable in re.findall(r"EXPERT_EXPLORER_[A-Z_]+[A-Z]", TEXTS[name]):
        assert f'"{variable}"' in READ, variable


@pytest.mark.parametrize("name", TEXTS)
def test_every_option_of_streamlit_that_is_named_exists(name: str) -> None:
    for option in re.findall(r"--((?:server|secrets)\.[A-Za-z]+)", TEXTS[name]):
        assert option in config._config_options_template, option
    for variable in re.findall(r"STREAMLIT_[A-Z_]+[A-Z]", TEXTS[name]):
        known = {option.env_var for option in config._config_options_template.values()}
        assert variable in known, variable


@pytest.mark.parametrize("name", TEXTS)
def test_no_host_is_named_but_this_machine_and_examples(name: str) -> None:
    for host in re.findall(r"https?://([^/:\s\"'`)]+)", TEXTS[name]):
        assert host == "localhost" or host.endswith((".example", ".example.org")) or "{" in host


def test_the_document_explains_every_file() -> None:
    for path in FILES:
        assert f"../deploy/{path.name}" in TEXTS[DOCUMENT.name], path.name


def _lines(name: str) -> list[str]:
    text = TEXTS[name].replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_container_copies_what_there_is_and_installs_what_is_pinned() -> None:
    lines = _lines("Containerfile")
    assert lines[0] == "FROM python:3.11-slim"
    for line in (line for line in lines if line.startswith("COPY")):
        for source in line.split()[1:-1]:
            assert (PROJECT / source).exists(), source
    named = [r for line in lines if line.startswith("RUN") for r in re.findall(r"\S+==\S+", line)]
    assert sorted(named) == sorted(EXTRAS["login"])
    assert all(Requirement(requirement) for requirement in named)
    assert "USER explorer" in lines


def test_the_container_has_all_that_the_program_needs_to_run() -> None:
    copied = " ".join(line for line in _lines("Containerfile") if line.startswith("COPY"))
    for needed in ("app.py", "explorer", "pages", ".streamlit/config.toml", "cache"):
        assert re.search(rf"\s{re.escape(needed)}\s", copied), needed


def test_containers_and_proxies_ask_for_addresses_that_answer() -> None:
    known = {route.path for route in server.ROUTES}
    assert "/api/health" in TEXTS["health.py"]
    assert {"/api/health", "/api/metrics"} <= known
    for name in ("nginx.conf", "Caddyfile"):
        assert "metrics" in TEXTS[name]


def test_the_unit_lets_workers_live_and_says_why() -> None:
    unit = TEXTS["expert-explorer.service"]
    assert "\nKillMode=process\n" in unit
    assert re.search(r"#.*\n#.*\nKillMode=process", unit)
    assert "KillMode=process" in TEXTS[DOCUMENT.name]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="There is no systemd here.")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = TEXTS["expert-explorer.service"]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to("/bin/true")
    there = unit.replace("/srv/explorer/.venv/bin/python", str(tmp_path / "bin" / "python"))
    path = tmp_path / "expert-explorer.service"
    path.write_text(there)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True, text=True
    )
    said = [line for line in (done.stdout + done.stderr).splitlines() if path.name in line]
    assert said == []
    assert done.returncode == 0, done.stderr


def test_the_path_is_the_same_in_all_files() -> None:
    command = next(
        line for line in _lines("expert-explorer.service") if line.startswith("ExecStart")
    )
    options = dict(
        part.lstrip("-").split("=", 1) for part in shlex.split(command)[4:] if "=" in part
    )
    path = options["server.baseUrlPath"]
    assert f"location /{path}/ {{" in TEXTS["nginx.conf"]
    assert f"reverse_proxy /{path}/* localhost:{options['server.port']}" in TEXTS["Caddyfile"]
    secrets = tomllib.loads(TEXTS["secrets.toml"])["auth"]
    assert secrets["redirect_uri"] == f"https://lab.example.org/{path}/oauth2callback"


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not on PATH.")
def test_nginx_takes_its_snippet(tmp_path: Path) -> None:
    path = configuration(tmp_path, 18080)
    done = subprocess.run(
        ["nginx", "-t", "-c", str(path), "-e", f"{tmp_path}/error.log"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not on PATH.")
def test_caddy_takes_its_snippet(tmp_path: Path) -> None:
    path = DEPLOY / "Caddyfile"
    done = subprocess.run(
        ["caddy", "adapt", "--config", str(path), "--adapter", "caddyfile", "--validate"],
        capture_output=True,
        text=True,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        executable=shutil.which("caddy"),
    )
    assert done.returncode == 0, done.stderr
