"""The snippet of deploy/nginx.conf as a whole configuration: without TLS, on a port of
its own, all that nginx writes below a folder.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


def configuration(folder: Path, port: int, server: int = 8501) -> Path:
    """Write it. port: nginx's; server: the dashboard's."""
    snippet = (PROJECT / "deploy" / "nginx.conf").read_text("utf-8")
    plain = re.sub(r"^ *ssl_.*\n", "", snippet, flags=re.MULTILINE)
    plain = plain.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    plain = plain.replace("localhost:8501", f"127.0.0.1:{server}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    scratch = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    path = folder / "nginx.conf"
    path.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; {scratch}\n{plain}\n}}\n"
    )
    return path


@contextlib.contextmanager
def nginx(folder: Path, server: int) -> Iterator[str]:
    """Run it before the dashboard on a port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    path = configuration(folder, port, server)
    binary = str(shutil.which("nginx"))
    process = subprocess.Popen([binary, "-c", str(path), "-e", f"{folder}/error.log"])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"http://localhost:{port}/explorer"
    finally:
        process.terminate()
        process.wait(10)
