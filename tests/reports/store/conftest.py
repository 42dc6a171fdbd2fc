"""A store on SQLite always, and on PostgreSQL where CERTIFY_TEST_POSTGRES names a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reports.store import Store, open_store


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened
