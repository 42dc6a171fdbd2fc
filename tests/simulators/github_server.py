"""A small server that speaks the part of GitHub's API that reading a file takes: repositories, contents, blobs, ETags."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE = 1_000_000
"""Files beyond this come without content; GitHub gives them as blobs only."""


@dataclass(slots=True, kw_only=True)
class GitHubServer:
    """Its repositories, and what it was asked."""

    url: str
    files: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    """Repository, ref (``main`` is the default branch) and path to content."""
    moved: dict[str, str] = field(default_factory=dict)
    """Old repository name to the URL that it redirects to."""
    token: str | None = None
    """Asked for where set."""
    drip_seconds: float = 0
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    state: GitHubServer
    stopping: threading.Event


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        state = self.server.state
        state.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if state.token is not None and self.headers.get("Authorization") != f"token {state.token}":
            self._answer(401, {"message": "Bad credentials"})
            return
        _, _, owner, name, *rest = [unquote(part) for part in urlsplit(self.path).path.split("/")]
        repository = f"{owner}/{name}"
        if repository in state.moved:
            self._answer(301, {"message": "Moved Permanently"}, {"Location": state.moved[repository]})
        elif not any(known[0] == repository for known in state.files):
            self._answer(404, {"message": "Not Found"})
        elif not rest:
            self._answer(200, self._repository(repository))
        elif rest[0] == "contents":
            ref = parse_qs(urlsplit(self.path).query).get("ref", ["main"])[0]
            self._contents(repository, ref, "/".join(rest[1:]))
        else:
            self._blob(rest[-1])

    def _repository(self, repository: str) -> dict[str, Any]:
        own = f"{self.server.state.url}/repos/{repository}"
        owner, name = repository.split("/")
        person = dict.fromkeys(
            (
                *("avatar_url", "events_url", "followers_url", "following_url", "gists_url", "gravatar_id", "html_url", "login"),
                *("organizations_url", "received_events_url", "repos_url", "site_admin", "starred_url", "subscriptions_url", "type"),
            ),
            own,
        ) | {"id": 1, "login": owner, "url": own}
        texts = (
            *(
                "archive_url",
                "assignees_url",
                "blobs_url",
                "branches_url",
                "collaborators_url",
                "comments_url",
                "commits_url",
                "compare_url",
            ),
            *("contents_url", "contributors_url", "deployments_url", "description", "downloads_url", "events_url", "forks_url"),
            *("git_commits_url", "git_refs_url", "git_tags_url", "hooks_url", "html_url", "issue_comment_url", "issue_events_url"),
            *("issues_url", "keys_url", "labels_url", "languages_url", "merges_url", "milestones_url", "notifications_url", "pulls_url"),
            *(
                "releases_url",
                "stargazers_url",
                "statuses_url",
                "subscribers_url",
                "subscription_url",
                "tags_url",
                "teams_url",
                "trees_url",
            ),
            *("clone_url", "git_url", "homepage", "language", "mirror_url", "ssh_url", "svn_url", "default_branch"),
        )
        counts = ("forks_count", "open_issues_count", "size", "stargazers_count", "watchers_count", "subscribers_count", "network_count")
        flags = ("fork", "private", "has_downloads", "has_issues", "has_pages", "has_projects", "has_wiki", "archived", "has_discussions")
        times = dict.fromkeys(("created_at", "pushed_at", "updated_at"), "2025-01-01T00:00:00Z")
        return {
            **dict.fromkeys(texts, own),
            **dict.fromkeys(counts, 0),
            **dict.fromkeys(flags, False),
            **times,
            "id": 1,
            "name": name,
            "full_name": repository,
            "owner": person,
            "url": own,
            "license": None,
            "topics": [],
        }

    def _contents(self, repository: str, ref: str, path: str) -> None:
        state = self.server.state
        content = state.files.get((repository, ref, path))
        own = f"{state.url}/repos/{repository}/contents/{path}"
        if content is None:
            inside = [known for known in state.files if known[:2] == (repository, ref) and known[2].startswith(f"{path}/")]
            if not inside:
                self._answer(404, {"message": "Not Found"})
                return
            content = b""
        sha = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        if self.headers.get("If-None-Match") == f'"{sha}"':
            self._answer(304, None)
            return
        large = len(content) > LARGE
        body = {
            "type": "file" if (repository, ref, path) in state.files else "symlink",
            "encoding": "none" if large else "base64",
            "content": "" if large else base64.encodebytes(content).decode(),
            "size": len(content),
            "name": path.rpartition("/")[2],
            "path": path,
            "sha": sha,
            "url": own,
            "git_url": own,
            "html_url": own,
            "download_url": own,
            "_links": {"self": own, "git": own, "html": own},
        }
        self._answer(200, body, {"ETag": f'"{sha}"'})

    def _blob(self, sha: str) -> None:
        for content in self.server.state.files.values():
            if hashlib.sha1(content, usedforsecurity=False).hexdigest() == sha:
                body = {"content": base64.encodebytes(content).decode(), "encoding": "base64", "size": len(content), "sha": sha}
                self._answer(200, body | {"url": self.server.state.url, "node_id": "x"})
                return
        self._answer(404, {"message": "Not Found"})

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        try:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if not self.server.state.drip_seconds:
                self.wfile.write(data)
                return
            for byte in data:
                self.wfile.write(bytes((byte,)))
                if self.server.stopping.wait(self.server.state.drip_seconds):
                    return
        except OSError:
            self.close_connection = True  # the client has seen enough

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        pass


@contextmanager
def github_server() -> Iterator[GitHubServer]:
    """Serve on a free port of the loopback interface."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.state = GitHubServer(url=f"http://127.0.0.1:{server.server_address[1]}")
    server.stopping = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.state
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
