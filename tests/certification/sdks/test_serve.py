import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from certification.sdks.index.serve import find, server

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path in ("simple/x/index.html", "simple/x/index.json", "simple/x/x.whl", "@s/x/index.json", "m/@v/list", "empty/deep/file"):
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).write_text(path)
    (tmp_path / "secret").write_text("secret")
    return tmp_path / "tree"


@pytest.mark.parametrize(
    ("target", "accept", "path", "kind"),
    [
        ("/simple/x/", "text/html", "simple/x/index.html", "text/html; charset=utf-8"),
        ("/simple/x", f"{JSON}, text/html;q=0.1", "simple/x/index.json", JSON),
        ("/simple/x/x.whl?a=b", "*/*", "simple/x/x.whl", "application/octet-stream"),
        ("/@s%2fx", "application/json", "@s/x/index.json", "application/json"),
        ("/m/@v/list", "*/*", "m/@v/list", "application/octet-stream"),
    ],
)
def test_a_target_is_answered_by_its_file(tree: Path, target: str, accept: str, path: str, kind: str) -> None:
    assert find(tree, target, accept) == (tree / path, kind)


@pytest.mark.parametrize("target", ["/", "/nothing", "/../secret", "/%2e%2e/secret", "/simple/..%2f..%2f..%2fsecret", "/a%00b", "/empty"])
def test_what_is_not_in_the_tree_is_not_found(tree: Path, target: str) -> None:
    assert find(tree, target, "*/*") is None


@contextmanager
def serving(folder: Path) -> Iterator[http.client.HTTPConnection]:
    running = server(folder, "127.0.0.1", 0)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", running.server_address[1], timeout=5)
    try:
        yield connection
    finally:
        connection.close()
        running.shutdown()
        thread.join()
        running.server_close()


def asked(connection: http.client.HTTPConnection, method: str, target: str) -> tuple[int, str | None, bytes]:
    connection.request(method, target)
    with connection.getresponse() as response:
        return response.status, response.getheader("content-length"), response.read()


def test_the_index_is_served_over_http(tree: Path) -> None:
    with serving(tree) as connection:
        assert asked(connection, "GET", "/@s%2fx") == (200, "15", b"@s/x/index.json")
        assert asked(connection, "HEAD", "/@s%2fx") == (200, "15", b"")
        assert asked(connection, "GET", "/nothing") == (404, "18", b"not in this index\n")
