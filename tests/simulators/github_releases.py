"""A small server that speaks the part of GitHub's API that releases need, with faults to switch on."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_REPOSITORY_URLS = (  # noqa: SIM905 - so many words are easier to read as text
    "archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads events forks "
    "git_commits git_refs git_tags hooks html issue_comment issue_events issues keys labels languages merges milestones notifications "
    "pulls releases stargazers statuses subscribers subscription tags teams trees clone git mirror ssh svn"
).split()
_REPOSITORY_FIELDS = (  # noqa: SIM905 - so many words are easier to read as text
    "description fork private archived created_at default_branch forks_count has_downloads has_issues has_pages has_projects has_wiki "
    "homepage language network_count open_issues_count pushed_at size stargazers_count subscribers_count updated_at watchers_count"
).split()
_USER_FIELDS = (  # noqa: SIM905 - so many words are easier to read as text
    "avatar_url events_url followers_url following_url gists_url gravatar_id html_url organizations_url received_events_url repos_url "
    "starred_url subscriptions_url type url"
).split()


class GitHubReleasesServer:
    """The repository ``openxapi/sample``, its releases and their files."""

    token = "made-up-token"

    def __init__(self) -> None:
        self.releases: dict[int, dict[str, Any]] = {}
        self.contents: dict[int, bytes] = {}
        self.requests: list[str] = []
        self.fail_upload_of: str | None = None
        """A file whose upload is answered with 502 once."""
        self.status: int | None = None
        """Answer everything with it."""
        self._next = 1
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def files(self) -> dict[str, bytes]:
        return {asset["name"]: self.contents[asset["id"]] for release in self.releases.values() for asset in release["assets"]}

    def number(self) -> int:
        self._next += 1
        return self._next

    def repository(self) -> dict[str, Any]:
        owner = dict.fromkeys(_USER_FIELDS, "") | {"id": 1, "login": "openxapi"}
        found: dict[str, Any] = {f"{name}_url": "" for name in _REPOSITORY_URLS} | dict.fromkeys(_REPOSITORY_FIELDS, "")
        url = f"{self.url}/repos/openxapi/sample"
        return found | {"id": 1, "name": "sample", "full_name": "openxapi/sample", "owner": owner, "url": url}

    def release(self, asked: dict[str, Any]) -> dict[str, Any]:
        number = self.number()
        place = f"{self.url}/repos/openxapi/sample/releases/{number}"
        made = {
            "url": place,
            "assets_url": f"{place}/assets",
            "upload_url": f"{self.url}/upload/{number}{{?name,label}}",
            "author": self.repository()["owner"],
            "id": number,
            "assets": [],
            "tag_name": asked["tag_name"],
            "name": asked.get("name"),
            "body": asked.get("body"),
            "draft": asked.get("draft", False),
            "prerelease": False,
        }
        made |= dict.fromkeys(("created_at", "html_url", "published_at", "tarball_url", "target_commitish", "zipball_url"), "")
        self.releases[number] = made
        return made

    def asset(self, release: int, name: str, content: bytes, state: str = "uploaded") -> dict[str, Any]:
        number = self.number()
        made: dict[str, Any] = dict.fromkeys(
            ("browser_download_url", "content_type", "created_at", "download_count", "label", "updated_at"), ""
        )
        made |= {
            "id": number,
            "url": f"{self.url}/repos/openxapi/sample/releases/assets/{number}",
            "name": name,
            "size": len(content),
            "state": state,
        }
        self.contents[number] = content
        self.releases[release]["assets"].append(made)
        return made

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:  # noqa: C901, PLR0911 - one line an address
        match (method, *path.strip("/").split("/")):
            case ("GET", "repos", "openxapi", "sample"):
                return 200, self.repository()
            case ("GET", "repos", "openxapi", "sample", "releases", "tags", *tag):
                found = [entry for entry in self.releases.values() if entry["tag_name"] == "/".join(tag) and not entry["draft"]]
                return (200, found[0]) if found else (404, {"message": "Not Found"})
            case ("GET", "repos", "openxapi", "sample", "releases"):
                return 200, list(self.releases.values())
            case ("POST", "repos", "openxapi", "sample", "releases"):
                return 201, self.release(json.loads(body))
            case ("GET", "repos", "openxapi", "sample", "releases", "assets", number):
                return 200, self.contents[int(number)]
            case ("DELETE", "repos", "openxapi", "sample", "releases", "assets", number):
                for entry in self.releases.values():
                    entry["assets"] = [asset for asset in entry["assets"] if asset["id"] != int(number)]
                return 204, b""
            case ("GET", "repos", "openxapi", "sample", "releases", number, "assets"):
                return 200, self.releases[int(number)]["assets"]
            case ("PATCH", "repos", "openxapi", "sample", "releases", number):
                self.releases[int(number)] |= json.loads(body)
                return 200, self.releases[int(number)]
            case ("POST", "upload", number):
                return self._upload(int(number), query["name"][0], body)
            case _:
                return 404, {"message": "Not Found"}

    def _upload(self, release: int, name: str, content: bytes) -> tuple[int, Any]:
        if name == self.fail_upload_of:
            self.fail_upload_of = None
            self.asset(release, name, content[:10], state="starter")
            return 502, {"message": "Bad Gateway"}
        return 201, self.asset(release, name, content)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                outer.requests.append(f"{self.command} {parts.path}")
                status: int = 401
                answer: Any = {"message": "Bad credentials"}
                if outer.status is not None:
                    status, answer = outer.status, {"message": "as told"}
                elif self.headers.get("authorization") == f"token {outer.token}":
                    status, answer = outer.answer(self.command, parts.path, parse_qs(parts.query), body)
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler
