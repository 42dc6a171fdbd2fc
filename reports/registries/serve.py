"""The static registry over HTTP, as an ASGI application: for pip, npm, go and ``certify verify``.

Files are answered as they lie, but for two things: a simple page comes as HTML or JSON, whichever is asked for (PEP 691), and a packument's
tarballs are said to be where the request came to, because npm wants absolute addresses.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from reports.registries.static import StaticRegistry

if TYPE_CHECKING:
    from starlette.requests import Request

_SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
_SIMPLE_HTML = "application/vnd.pypi.simple.v1+html"
_SERVED = ("pypi", "npm", "go", "proofs", "files")
_SERVED_FILES = ("status.dsse.json",)
_PAGE_HEADERS = {"Cache-Control": "max-age=60", "X-Content-Type-Options": "nosniff"}
_FILE_HEADERS = {"Cache-Control": "max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
_PACKAGE_SUFFIXES = (".whl", ".tar.gz", ".tgz", ".zip")


def registry_app(registry: StaticRegistry) -> Starlette:
    """The application, to be mounted anywhere: ``/pypi/simple/``, ``/npm/``, ``/go/``, ``/proofs/`` and ``/files/`` below its root."""

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answer, request, registry)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "HEAD"])])


def _answer(request: Request, registry: StaticRegistry) -> Response:
    path = str(request.path_params["path"])
    # npm writes @scope%2fname, and servers differ in whether they decode it
    found = _inside(registry.folder, unquote(path).strip("/"))
    if found is None:
        return _not_found()
    if found.is_dir():
        return _folder(request, found, path, registry)
    return _file(found) if found.is_file() else _not_found()


def _inside(folder: Path, path: str) -> Path | None:
    """The file or folder of a path, if it is one of those that are served."""
    parts = path.split("/")
    if "\0" in path or any(part in {"", ".", ".."} or part.startswith(".") for part in parts):
        return None
    if parts[0] not in _SERVED and path not in _SERVED_FILES:
        return None
    found = folder.joinpath(*parts)
    return found if found.resolve().is_relative_to(folder.resolve()) else None


def _folder(request: Request, folder: Path, path: str, registry: StaticRegistry) -> Response:
    relative = folder.relative_to(registry.folder).as_posix()
    if relative.startswith("npm/") and (folder / "index.json").is_file():
        return _packument(request, folder / "index.json", registry)
    if relative.startswith("pypi/simple") and (folder / "index.html").is_file():
        if not path.endswith("/"):
            return RedirectResponse(f"{request.url.path}/")
        return _simple(request, folder)
    return _not_found()


def _simple(request: Request, folder: Path) -> Response:
    kind = _simple_kind(request.headers.get("accept", ""))
    name = "index.json" if kind == _SIMPLE_JSON else "index.html"
    return _page(request, (folder / name).read_bytes(), kind, {"Vary": "Accept"})


def _packument(request: Request, path: Path, registry: StaticRegistry) -> Response:
    # not request.base_url: that is the outermost application's, and this one may be mounted in it
    base = f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}/npm"
    document = json.loads(path.read_bytes())
    for version in document["versions"].values():
        version["dist"]["tarball"] = version["dist"]["tarball"].replace(registry.npm_url, base, 1)
    return _page(request, json.dumps(document, ensure_ascii=False).encode(), "application/json", {"Vary": "Host"})


def _page(request: Request, content: bytes, kind: str, headers: dict[str, str]) -> Response:
    """Content that changes with every publication: the asker may keep it for a minute, and asks whether it still holds."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = headers | _PAGE_HEADERS | {"ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


def _file(path: Path) -> Response:
    if path.parent.name == "files" or path.name.endswith(_PACKAGE_SUFFIXES):
        return FileResponse(path, media_type="application/octet-stream", headers=_FILE_HEADERS)
    kind = "application/json" if path.suffix in {".json", ".info"} or path.name == "@latest" else "text/plain; charset=utf-8"
    return FileResponse(path, media_type=kind, headers=_PAGE_HEADERS)


def _simple_kind(accept: str) -> str:
    """The asker's best liked form of a simple page that there is."""
    best, best_weight = "text/html; charset=utf-8", 0.0
    for entry in accept.split(","):
        kind, *parameters = (part.strip() for part in entry.split(";"))
        weight = next((_weight(part) for part in parameters if part.startswith("q=")), 1.0)
        if kind == _SIMPLE_JSON and weight > best_weight:
            best, best_weight = _SIMPLE_JSON, weight
        elif kind in {"text/html", _SIMPLE_HTML} and weight > best_weight:
            best, best_weight = f"{kind}; charset=utf-8", weight
    return best


def _weight(parameter: str) -> float:
    try:
        return float(parameter.removeprefix("q="))
    except ValueError:
        return 0.0


def _not_found() -> Response:
    return Response("there is nothing here\n", status_code=404, media_type="text/plain")
