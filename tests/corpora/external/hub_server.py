"""A small local server that speaks as much of the hub's API as `datasets` needs to stream a set.

It serves one folder as the data set `owner/name` at the commit `COMMIT`, counts the requests for
data, and can drop connections in the middle of a file or ask for a token.
"""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "owner/name"
TOKEN = "a-token"


class HubServer:
    """The server; a context manager. `drops` answers for data are cut in the middle."""

    def __init__(self, folder: Path, *, drops: int = 0, healthy: int = 0, gated: bool = False):
        """Answer `healthy` requests for data in full, cut the next `drops`, answer the rest."""
        self.folder, self.drops, self.healthy, self.gated = folder, drops, healthy, gated
        self.requests: list[str] = []  # every request, as "METHOD path"
        self.data_requests = 0
        self.lock = threading.Lock()

    def __enter__(self) -> "HubServer":
        handler = type("Handler", (_Handler,), {"hub": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def drops_this_one(self) -> bool:
        with self.lock:
            self.data_requests += 1
            number = self.data_requests - self.healthy
            return 0 < number <= self.drops

    def files(self) -> dict[str, Path]:
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path for path in paths}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: HubServer

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(body)

    def _answer(self, body: bytes = b"") -> None:
        self.hub.requests.append(f"{self.command} {self.path}")
        url = urlsplit(self.path)
        path = unquote(url.path)
        api, resolve = f"/api/datasets/{NAME}", f"/datasets/{NAME}/resolve/{COMMIT}/"
        if path.startswith((api, resolve)) and self.hub.gated and not self._authorized():
            self._send_error(401, "GatedRepo")
        elif path.startswith(resolve):
            self._send_file(path.removeprefix(resolve))
        elif path in (api, f"{api}/revision/{COMMIT}"):
            siblings = [{"rfilename": name} for name in self.hub.files()]
            self._send_json({"id": NAME, "sha": COMMIT, "siblings": siblings, "private": False})
        elif path.startswith(f"{api}/tree/{COMMIT}"):
            folder = path.removeprefix(f"{api}/tree/{COMMIT}").strip("/")
            self._send_tree(
                folder, "true" in parse_qs(url.query).get("recursive", ["false"])[0].lower()
            )
        elif path == f"{api}/paths-info/{COMMIT}":
            asked = _paths_asked(body)
            self._send_json([entry for entry in self._entries() if entry["path"] in asked])
        elif path.startswith("/datasets/") or path.startswith("/api/datasets/"):
            self._send_error(404, "RevisionNotFound" if NAME in path else "RepoNotFound")
        else:
            self._send_error(404, "EntryNotFound")

    def _authorized(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _send_file(self, name: str) -> None:
        path = self.hub.files().get(name)
        if path is None:
            return self._send_error(404, "EntryNotFound")
        data = path.read_bytes()
        headers = {
            "ETag": f'"{hashlib.sha1(data).hexdigest()}"',
            "X-Repo-Commit": COMMIT,
            "Accept-Ranges": "bytes",
            "Content-Type": "application/octet-stream",
        }
        code, size = 200, len(data)
        if wanted := self.headers.get("Range"):
            start, _, end = wanted.removeprefix("bytes=").partition("-")
            first, last = int(start), min(int(end or size - 1), size - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
            code, data = 206, data[first : last + 1]
        cut = self.command == "GET" and name.startswith("data/") and self.hub.drops_this_one()
        self._send(code, data, headers, cut)

    def _send_tree(self, folder: str, recursive: bool) -> None:
        prefix = f"{folder}/" if folder else ""
        inside = [entry for entry in self._entries() if entry["path"].startswith(prefix)]
        if not inside:
            return self._send_error(404, "EntryNotFound")
        if not recursive:
            inside = [e for e in inside if "/" not in e["path"].removeprefix(prefix)]
        self._send_json(inside)

    def _entries(self) -> list[dict]:
        folders = {str(Path(name).parent) for name in self.hub.files()} - {"."}
        entries = [
            {"type": "directory", "path": name, "oid": "0" * 40, "size": 0}
            for name in sorted(folders)
        ]
        for name, path in self.hub.files().items():
            oid = hashlib.sha1(path.read_bytes()).hexdigest()
            entries.append({"type": "file", "path": name, "oid": oid, "size": path.stat().st_size})
        return entries

    def _send_json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send_error(self, code: int, name: str) -> None:
        headers = {"X-Error-Code": name, "X-Error-Message": name, "X-Repo-Commit": COMMIT}
        self._send(code, b"{}", headers | {"Content-Type": "application/json"})

    def _send(self, code: int, body: bytes, headers: dict[str, str], cut: bool = False) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True


def _paths_asked(body: bytes) -> list[str]:
    try:
        return json.loads(body)["paths"]
    except ValueError:
        return parse_qs(body.decode())["paths"]
