"""What streams of every exchange are made of; a package adds its channels."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from .asking import Asking, Heard
from .channels import StreamRules
from .core import Plan, Spoken
from .errors import ArgumentError, ConfigurationError, TransportError
from .line import Line, Surroundings
from .listenkey import ListenKey
from .livebook import LiveBook
from .mismatch import encoded
from .paging import fitting
from .subscription import Opened, Subscription
from .template import filled_text
from .topic import Topic
from .websocket import Address
from .wire import header_text, percent_encoded, query_pairs, text_of

if TYPE_CHECKING:
    from .asyncsession import AsyncSession
    from .channels import BookRule, ChannelRule, RequestRule
    from .subscription import Listener

T = TypeVar("T")
Words = dict[str, str]


class BaseStreams:
    """The streams of one client. Connections are opened when they are needed, and closed with the client."""

    _rules: ClassVar[StreamRules] = StreamRules()
    _book_rule: ClassVar[BookRule | None] = None

    def __init__(self, session: AsyncSession, url: str | None) -> None:
        """Made by the client; ``url`` is where streams are instead of the exchange's own place: scheme and host."""
        self._session = session
        self._url = url
        self._lines: dict[object, Line] = {}
        self._topics: dict[object, Topic] = {}
        self._ids = count(1)
        self._keys: dict[object, ListenKey] = {}
        self._ends = 0
        """How often everything was ended."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._lines)} connections)"

    async def end_all(self) -> None:
        """End all subscriptions without an error, and close the connections."""
        self._ends += 1
        for key in self._keys.values():
            key.stop()
        lines = [*self._lines.values()]
        self._lines.clear()
        self._topics.clear()
        await asyncio.gather(*(line.close() for line in lines))

    def _subscription(self, channel: ChannelRule, arguments: tuple[Any, ...], capacity: int, overflow: str) -> Subscription[Any]:
        return Subscription(channel, partial(self._listen, channel, self._words(channel, arguments)), capacity=capacity, overflow=overflow)

    def _live_book(self, symbol: str) -> LiveBook:
        rule = self._book_rule
        if rule is None:
            raise ConfigurationError("how this exchange's order book is kept is not known")
        spoken = {"symbol": symbol, "symbol_lower": symbol.lower()}
        given = {name: filled_text(template, spoken) for name, template in rule.arguments}
        if not given:
            wires = [each.wire for each in rule.channel.parameters]
            given = dict.fromkeys(["symbol"] if "symbol" in wires else wires[:1], symbol)
        words = self._words(rule.channel, tuple(given.get(each.wire) for each in rule.channel.parameters))
        snapshot = None
        if rule.snapshot is None and rule.operation:
            snapshot = partial(self._session.told, rule.operation, {**dict(rule.operation_arguments), rule.operation_symbol: symbol})
        return LiveBook(rule, {**spoken, **words}, partial(self._listen, rule.channel, words), snapshot, self._session.core.settings)

    def _words(self, channel: ChannelRule, arguments: tuple[Any, ...]) -> Words:
        """The arguments as text, by their names on the wire."""
        words: Words = {}
        for parameter, argument in zip(channel.parameters, arguments, strict=True):
            value = argument if argument is not None or parameter.default is None else fitting(parameter.codec, parameter.default)
            if value is not None:
                words[parameter.wire] = text_of(encoded(parameter.codec, value, parameter.name))
            elif parameter.required:
                message = f"{channel.id} needs {parameter.name}"
                raise ArgumentError(message)
        return words

    async def _listen(self, channel: ChannelRule, words: Words, listener: Listener) -> Opened:
        line_key = self._line_key(channel, words)
        line = self._line(line_key, channel, words)
        key = (line_key, channel.id, *sorted(words.items()))
        topic = self._topics.get(key)
        if topic is not None:
            topic.listeners.append(listener)
            await asyncio.shield(topic.ready)
        else:
            topic = self._topics[key] = Topic(channel, words)
            topic.listeners.append(listener)
            try:
                await line.add(topic)
            except BaseException:
                self._topics.pop(key, None)
                await self._leave(line_key, line)
                raise
        return Opened(line, topic, partial(self._unlisten, key, line_key, listener))

    async def _unlisten(self, key: object, line_key: object, listener: Listener) -> None:
        topic, line = self._topics.get(key), self._lines.get(line_key)
        if topic is None or line is None:
            return
        if listener in topic.listeners:
            topic.listeners.remove(listener)
        if not topic.listeners:
            del self._topics[key]
            line.remove(topic)
            await self._leave(line_key, line)

    async def _leave(self, line_key: object, line: Line) -> None:
        """Close a connection that nobody needs."""
        if not line.topics and not line.serves_requests and self._lines.get(line_key) is line:
            del self._lines[line_key]
            if (key := self._keys.pop(line_key, None)) is not None:
                key.stop()
            await line.close()

    def _line_key(self, channel: ChannelRule, words: Words) -> object:
        url = self._target(channel, words)
        return (url,) if channel.subscription is not None else (url, channel.id, *sorted(words.items()))

    def _line(self, key: object, channel: ChannelRule, words: Words) -> Line:
        line = self._lines.get(key)
        if line is None or line.closed:
            address = partial(self._address, key, channel, words)
            line = Line(Surroundings(self._session.core.settings, self._rules, address, partial(next, self._ids)))
            self._lines[key] = line
        return line

    async def _address(self, line_key: object, channel: ChannelRule, words: Words) -> Address:
        """Where to connect, with a listen key made for it where the exchange wants one."""
        rule = self._rules.listen_key
        if rule is not None and any(f"{{{rule.parameter}}}" in each for each in (channel.path, *channel.servers)):
            line = self._lines.get(line_key)
            if line_key not in self._keys:
                self._keys[line_key] = ListenKey(
                    rule, self._session.told, (lambda: None) if line is None else partial(line.drop, "its listen key expired")
                )
            words = {**words, rule.parameter: await self._keys[line_key].made()}
        pairs: list[str] = []
        headers = {"User-Agent": self._session.core.settings.headers["User-Agent"]}
        for parameter in channel.parameters:
            if parameter.wire in words and parameter.location == "query":
                pairs += query_pairs(parameter.wire, words[parameter.wire], "form", explode=True, json=False)
            elif parameter.wire in words and parameter.location == "header":
                headers[parameter.wire] = header_text(parameter.wire, words[parameter.wire], explode=False, json=False)
        url = self._target(channel, words)
        query = "&".join(pairs)
        return Address(f"{url}{'&' if '?' in url else '?'}{query}" if query else url, headers)

    def _target(self, channel: ChannelRule, words: Words) -> str:
        rules = self._rules
        needs_key = rules.listen_key is not None and f"{{{rules.listen_key.parameter}}}" in channel.path
        own = (rules.private_url if channel.private or needs_key else "") or rules.url or next(iter(channel.servers), "")
        base = self._url or own
        if not base:
            message = f"{channel.id}: the description names no server for streams; give the client a stream_url"
            raise ConfigurationError(message)
        # A sandbox has one address for everything, and it is called by its HTTP name.
        path, mark, query = channel.path.partition("?")
        url = (f"ws{base[4:]}" if base.startswith("http") else base).rstrip("/") + path
        for name, text in words.items():
            url = url.replace(f"{{{name}}}", _address_text(text))
            query = query.replace(f"{{{name}}}", _address_text(text).replace("%2F", "/"))
        return f"{url}{mark}{query}"

    async def _request(self, rule: RequestRule, arguments: tuple[Any, ...], value: Any) -> Any:
        """Send a message with an id of its own, and wait for the reply with that id, as often as is safe."""
        words = self._words(rule.channel, arguments)
        settings = self._session.core.settings
        asking = Asking(rule, self._rules.asking, settings, value)
        path = "/" + self._target(rule.channel, words).partition("://")[2].partition("/")[2].partition("?")[0]
        ends = self._ends

        async def say() -> Heard:
            if self._ends != ends:
                raise ConfigurationError("the client was closed; nothing more is sent")
            line = self._line(self._line_key(rule.channel, words), rule.channel, words)
            line.serves_requests = True
            try:
                await line.ready()
                if rule.signed:
                    await line.log_in()
            except TransportError as error:
                # Whatever became of the login, the request itself was not sent.
                raise type(error)(str(error), sent=False) from error
            return asking.heard(await line.ask(*asking.message(next(self._ids))))

        made = partial(Spoken, path)
        plan = Plan(rule.id, made, asking.reply, asking.is_signed, asking.is_repeatable, settings.timeout)
        return await self._session.asked(plan, say)


def _address_text(text: str) -> str:
    """Percent-encoded, but for the marks that exchanges' stream names are made of and that a path may hold."""
    encoded_text = percent_encoded(text)
    for mark in "@:!,":
        encoded_text = encoded_text.replace(f"%{ord(mark):02X}", mark)
    return encoded_text
