"""A key by which a private stream is opened: made over REST, kept alive where it must be, and made anew after a failure."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .errors import DecodeError, SdkError
from .places import words_at

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from .channels import ListenKeyRule
    from .jsontext import JsonValue


class ListenKey:
    """The key of one connection."""

    def __init__(
        self, rule: ListenKeyRule, told: Callable[[str, Mapping[str, str]], Awaitable[JsonValue]], lost: Callable[[], None]
    ) -> None:
        """Take the rule, what calls an operation, and what is done when the key can't be kept alive."""
        self._rule = rule
        self._told = told
        self._lost = lost
        self._keeping: asyncio.Task[None] | None = None

    async def made(self) -> str:
        """A key for an opening; from then on it is kept alive, where it does not last as long as the connection by itself.

        Raises:
            SdkError: the exchange gave none.
        """
        self.stop()
        answer = await self._told(self._rule.create, {})
        key = next(words_at(answer, self._rule.place), "")
        if not key:
            raise DecodeError(f"a listen key in the answer of {self._rule.create}", path=self._rule.place)
        if self._rule.keep_alive:
            self._keeping = asyncio.create_task(self._keep(key))
        return key

    def stop(self) -> None:
        """Let it expire."""
        if self._keeping is not None:
            self._keeping.cancel()
            self._keeping = None

    async def _keep(self, key: str) -> None:
        given = {self._rule.argument: key} if self._rule.argument else {}
        while True:
            await asyncio.sleep(self._rule.every_ms / 1000)
            try:
                await self._told(self._rule.keep_alive, given)
            except SdkError:
                self._lost()
                return
