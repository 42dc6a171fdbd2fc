"""Serves a static index over HTTP, for package tools that take no folder. A program of its own, standard library only.

``python serve.py --folder FOLDER --host HOST --port PORT``
"""

from __future__ import annotations

import argparse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

_SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json"}


def find(folder: Path, target: str, accept: str) -> tuple[Path, str] | None:
    """The file that answers a request target, with its media type; ``None`` where there is none.

    A folder is answered by its ``index.html``, or its ``index.json`` where that is all it has or the caller prefers it.
    """
    parts = [part for part in unquote(urlsplit(target).path).split("/") if part]
    if any(part in {".", ".."} or "\\" in part or "\0" in part for part in parts):
        return None
    path = folder.joinpath(*parts)
    if path.is_dir():
        page, document = path / "index.html", path / "index.json"
        if _SIMPLE_JSON in accept and document.is_file() and page.is_file():
            return document, _SIMPLE_JSON
        path = page if page.is_file() else document
    return (path, _TYPES.get(path.suffix, "application/octet-stream")) if path.is_file() else None


def server(folder: Path, host: str, port: int) -> ThreadingHTTPServer:
    """A server that listens and answers from the folder."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = find(folder, self.path, self.headers.get("accept", ""))
            status, kind, body = (404, "text/plain", b"not in this index\n") if found is None else (200, found[1], found[0].read_bytes())
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

    return ThreadingHTTPServer((host, port), Handler)


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(prog="serve", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    server(options.folder, options.host, options.port).serve_forever()


if __name__ == "__main__":
    main()
