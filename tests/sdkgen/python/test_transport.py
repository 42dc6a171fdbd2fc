from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from sdkgen.python.runtime.errors import TransportError
from sdkgen.python.runtime.transport import Pool, Request, origin_of
from tests.simulators.raw_http import RawServer, answer


def server_with(certificate: Path) -> RawServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return RawServer(answer("{}"), tls=context)


def request_to(server: RawServer) -> Request:
    return Request(origin_of(server.url), "GET", "/x", {}, None)


def test_https_is_spoken_with_whom_the_context_trusts(certificate: Path) -> None:
    pool = Pool(ssl.create_default_context(cafile=str(certificate)))
    with server_with(certificate) as server:
        for _ in range(2):
            assert pool.send(request_to(server), 5.0).body == b"{}"
        pool.close()
    assert {each.connection for each in server.received} == {1}


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_sent(certificate: Path) -> None:
    pool = Pool()
    with server_with(certificate) as server, pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
        pool.send(request_to(server), 5.0)
    assert server.received == []


def test_a_certificate_for_another_name_is_refused(certificate: Path) -> None:
    pool = Pool(ssl.create_default_context(cafile=str(certificate)))
    with server_with(certificate) as server, pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
        pool.send(request_to(server)._replace(origin=origin_of(server.url.replace("127.0.0.1", "localhost"))), 5.0)
    assert server.received == []
