"""The client for asyncio: the same operations as coroutines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._package import PACKAGE
from ._runtime.asyncclient import AsyncioClient

if TYPE_CHECKING:
    from .api.class_ import AsyncClassApi
    from .api.import_ import AsyncImportApi
    from .api.client import AsyncClientApi


class AsyncClient(AsyncioClient):
    """Calls the exchange from asyncio. Any number of tasks of one event loop may share one; its connections are kept until ``close``.

    Its operations are those of ``Client``, awaited; cancelling a call ends it at once. Retries are the same.
    """

    _package = PACKAGE

    @property
    def class_(self) -> AsyncClassApi:
        """Class."""
        from .api.class_ import AsyncClassApi  # noqa: PLC0415

        return AsyncClassApi(self._session)

    @property
    def import_(self) -> AsyncImportApi:
        """Import."""
        from .api.import_ import AsyncImportApi  # noqa: PLC0415

        return AsyncImportApi(self._session)

    @property
    def client(self) -> AsyncClientApi:
        """Client."""
        from .api.client import AsyncClientApi  # noqa: PLC0415

        return AsyncClientApi(self._session)
