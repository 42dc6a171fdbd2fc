"""The client that blocks: where every call begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._package import BASE_URL, PACKAGE
from ._runtime.client import SyncClient

if TYPE_CHECKING:
    from .api.class_ import ClassApi
    from .api.import_ import ImportApi
    from .api.client import ClientApi

__all__ = ["BASE_URL", "Client"]


class Client(SyncClient):
    """Calls the exchange. Any number of threads may share one; its connections are kept until ``close``.

    What was certainly not carried out is sent again, and what is safe to repeat; an order is not, unless its client order id makes it
    safe. No redirect is followed.
    """

    _package = PACKAGE

    @property
    def class_(self) -> ClassApi:
        """Class."""
        from .api.class_ import ClassApi  # noqa: PLC0415

        return ClassApi(self._session)

    @property
    def import_(self) -> ImportApi:
        """Import."""
        from .api.import_ import ImportApi  # noqa: PLC0415

        return ImportApi(self._session)

    @property
    def client(self) -> ClientApi:
        """Client."""
        from .api.client import ClientApi  # noqa: PLC0415

        return ClientApi(self._session)
