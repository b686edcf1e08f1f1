"""A loopback stand-in for the model hub: serves tiny checkpoints of several
revisions.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def commit_of(repo: str, revision: str) -> str:
    """The commit hash a revision stands for."""
    return hashlib.sha1(f"{repo}@{revision}".encode()).hexdigest()


@contextlib.contextmanager
def serve(repos: dict[str, dict[str, Path]]) -> Iterator[str]:
    """Serve repo → revision → folder; yields the address for HF_ENDPOINT."""

    class Hub(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, *, body: bool) -> None:
            parts = self.path.split("?")[0].strip("/").split("/")
            listing = parts[:2] == ["api", "models"]
            parts = parts[2:] if listing else parts
            repo = "/".join(parts[:2])
            if repo not in repos:
                return self.refuse("RepoNotFound")
            revision = parts[3] if len(parts) > 3 else "main"
            names = {commit_of(repo, name): name for name in repos[repo]}
            folder = repos[repo].get(names.get(revision, revision))
            if folder is None:
                return self.refuse("RevisionNotFound")
            commit = commit_of(repo, names.get(revision, revision))
            if listing and parts[2:3] == ["tree"]:
                if parts[4:]:
                    return self.refuse("EntryNotFound")
                tree = [
                    {"type": "file", "path": path.name, "size": path.stat().st_size, "oid": commit}
                    for path in sorted(folder.iterdir())
                ]
                return self.send(json.dumps(tree).encode(), commit, body)
            if listing:
                files = [{"rfilename": path.name} for path in sorted(folder.iterdir())]
                return self.send(
                    json.dumps({"id": repo, "sha": commit, "siblings": files}).encode(),
                    commit,
                    body,
                )
            path = folder / "/".join(parts[4:])
            return (
                self.send(path.read_bytes(), commit, body)
                if path.is_file()
                else self.refuse("EntryNotFound")
            )

        def send(self, content: bytes, commit: str, body: bool) -> None:
            self.send_response(200)
            self.send_header("X-Repo-Commit", commit)
            self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                self.wfile.write(content)

        def refuse(self, code: str) -> None:
            self.send_response(404)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The test's output is for the test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
