"""Fetching from names that lead into our network: by a redirect, or by a resolver that changes its mind."""

from __future__ import annotations

import socket

import pytest

from certification.errors import FetchError
from certification.specs.fetched import Bounds, Fetched
from certification.specs.web import fetch_url
from tests.simulators.description_server import Page, description_server
from tests.simulators.small_internet import SmallInternet

SPEC = b"openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\npaths: {/a: {get: {responses: {}}}}\n"
PUBLIC, PRIVATE = "93.184.216.34", "10.1.2.3"
BOUNDS = Bounds(max_bytes=1000, seconds=20)


@pytest.fixture
def small_internet(monkeypatch: pytest.MonkeyPatch) -> SmallInternet:
    """The only network there is, for this process."""
    internet = SmallInternet()
    monkeypatch.setattr(socket, "getaddrinfo", internet.resolve)
    monkeypatch.setattr(socket, "create_connection", internet.connect)
    return internet


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_a_redirect_into_our_network_is_not_followed(small_internet: SmallInternet) -> None:
    small_internet.answers |= {"exchange.example": [(PUBLIC,)], "inner.example": [(PRIVATE,)]}
    with description_server() as outside, description_server() as inside:
        outside.pages["/spec.yaml"] = Page(status=302, headers={"Location": "http://inner.example/spec.yaml"})
        inside.pages["/spec.yaml"] = Page(body=SPEC)
        small_internet.servers |= {PUBLIC: port_of(outside.url), PRIVATE: port_of(inside.url)}
        with pytest.raises(FetchError, match=r"inner\.example is at 10\.1\.2\.3, which is no public address"):
            fetch_url("http://exchange.example/spec.yaml", etag=None, allow_private=False, bounds=BOUNDS)
        assert inside.requests == []
    assert small_internet.connected == [PUBLIC]


def test_what_was_looked_at_is_what_is_connected_to(small_internet: SmallInternet) -> None:
    small_internet.answers["exchange.example"] = [(PUBLIC,), (PRIVATE,)]
    with description_server() as outside:
        outside.pages["/spec.yaml"] = Page(body=SPEC)
        small_internet.servers[PUBLIC] = port_of(outside.url)
        found = fetch_url("http://exchange.example/spec.yaml", etag=None, allow_private=False, bounds=BOUNDS)
    assert isinstance(found, Fetched)
    assert (small_internet.looked_up, small_internet.connected) == (["exchange.example"], [PUBLIC])
