"""One connection to an exchange's streams, made anew whenever it ends, with the subscriptions that travel on it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from .answer import hiding, refusal_of
from .errors import ApiError, ConfigurationError, DeadlineError, SdkError, TransportError
from .hearing import hear
from .jsontext import write
from .pulse import Pulse
from .retry import pause_s
from .template import filled, filled_text
from .topic import Expected, Topic
from .websocket import connected

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from .channels import LoginRule, StreamRules, SubscriptionRule
    from .jsontext import JsonValue
    from .settings import Settings
    from .websocket import Address, WebSocket


class Surroundings(NamedTuple):
    """What a line is made with."""

    settings: Settings
    rules: StreamRules
    address: Callable[[], Awaitable[Address]]
    """Asked for anew before each opening: it may hold a key that was made for it."""
    next_id: Callable[[], int]


class Line:
    """One connection, kept until ``close``."""

    def __init__(self, around: Surroundings) -> None:
        """Take everything; the connection is opened with the first topic or request."""
        self._around = around
        self.topics: list[Topic] = []
        self.closed = False
        self.serves_requests = False
        """Whether it is kept although nothing is subscribed to."""
        self._expected: list[Expected] = []
        self._socket: WebSocket | None = None
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keeper: asyncio.Task[None] | None = None
        self._is_set_up = False
        self._up = asyncio.Event()
        self._is_logged_in = False
        self._logging_in = asyncio.Lock()
        beat = around.rules.heartbeat
        self._pulse = Pulse(beat.every_ms, beat.silence_ms, self._beat, lambda: self.drop("the exchange is silent"))

    async def open(self) -> None:
        """Have the connection open.

        Raises:
            SdkError: the first opening failed.
        """
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep())
        await asyncio.shield(self._opened)

    async def ready(self) -> None:
        """Have the connection open and greeted, this one or the next.

        Raises:
            SdkError: the first opening failed, or it was not there in time; nothing was sent.
        """
        await self.open()
        timeout = self._around.settings.timeout
        try:
            async with asyncio.timeout(timeout):
                await self._up.wait()
        except TimeoutError:
            late = f"the connection was not open again within {timeout:g} s; nothing was sent"
            raise DeadlineError(late, sent=False) from None

    async def add(self, topic: Topic) -> None:
        """Subscribe, and wait for the exchange to confirm it.

        Raises:
            SdkError: the connection can't be opened, or the exchange refused.
        """
        self.topics.append(topic)
        try:
            await self.open()
            if not topic.ready.done() and self._is_set_up:
                await self._subscribe(topic)
            await asyncio.shield(topic.ready)
        except BaseException:
            if topic in self.topics:
                self.topics.remove(topic)
            raise

    def remove(self, topic: Topic) -> None:
        """Unsubscribe; nobody waits for the confirmation."""
        if topic in self.topics:
            self.topics.remove(topic)
        rule = topic.channel.subscription
        if rule is not None and rule.unsubscribe is not None and self._is_set_up:
            self.say(filled(rule.unsubscribe, self._words(topic.words)))

    async def renew(self, topic: Topic) -> None:
        """Leave and subscribe anew, so that the exchange begins from the beginning."""
        rule = topic.channel.subscription
        if rule is None or rule.unsubscribe is None or not self._is_set_up:
            self.drop("the stream has to begin anew")
            return
        self.say(filled(rule.unsubscribe, self._words(topic.words)))
        try:
            await self._subscribe(topic)
        except SdkError as error:
            self.drop(str(error))

    async def ask(self, message: JsonValue, fits: Callable[[JsonValue], bool]) -> JsonValue:
        """Say something and wait for its answer.

        Raises:
            TransportError: the connection ended before the answer; where it was sent, the exchange may have acted.
            DeadlineError: no answer came in time; the exchange may have acted.
        """
        if self._socket is None or self._socket.ended.done():
            raise TransportError("the connection is being made anew; nothing was sent", sent=False)
        timeout = self._around.settings.timeout
        expected = Expected(fits, asyncio.get_running_loop().create_future())
        self._expected.append(expected)
        self.say(message)
        try:
            async with asyncio.timeout(timeout):
                return await expected.answered
        except TimeoutError:
            late = f"no answer within {timeout:g} s; it may have been carried out all the same"
            raise DeadlineError(late) from None
        finally:
            if expected in self._expected:
                self._expected.remove(expected)

    def say(self, message: JsonValue) -> None:
        """Say something that nobody waits for."""
        if self._socket is not None:
            self._socket.send(write(message))

    def drop(self, reason: str) -> None:
        """End the connection; it is made anew."""
        if self._socket is not None:
            self._socket.abort(reason)

    async def close(self) -> None:
        """End for good."""
        self.closed = True
        self._pulse.stop()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        if self._socket is not None:
            await self._socket.close()
        self._end_life("it was closed")
        # Who waits for it finds it closed.
        self._up.set()
        for topic in self.topics:
            topic.end(None)

    async def log_in(self) -> None:
        """Prove who listens, once on each connection.

        Raises:
            ConfigurationError: credentials are missing, or how to log in is not known.
            ApiError: the exchange refused.
        """
        login, settings = self._around.rules.login, self._around.settings
        async with self._logging_in:
            if self._is_logged_in or login is None:
                return
            if settings.recipe is None:
                raise ConfigurationError("this stream is private, and the package has no signing recipe")
            words = {**self._words({}), **settings.signer().words(login.payload, login.timestamp)}
            await self._asked(filled(login.send, words), login, words, "login")
            self._is_logged_in = True

    async def _keep(self) -> None:
        attempt = 0
        while True:
            try:
                async with asyncio.timeout(self._around.settings.timeout):
                    await self._connect()
                await self._set_up()
                attempt = 0
                why = "" if self._socket is None else await self._socket.ended
                self._end_life(why)
            except TimeoutError:
                self._failed(DeadlineError(f"the stream was not open within {self._around.settings.timeout:g} s", sent=False))
            except SdkError as error:
                self._failed(error)
            if self.closed:
                return
            attempt += 1
            await asyncio.sleep(pause_s(attempt, self._around.settings.chance()))

    async def _connect(self) -> None:
        address = await self._around.address()
        self._socket = await connected(address, self._hear, self._pulse.feel, self._around.settings.context)
        self._pulse.start()
        for topic in self.topics:
            if topic.channel.subscription is None and topic.ready.done():
                topic.reconnect()
        self._socket.listen()

    async def _set_up(self) -> None:
        for topic in [each for each in self.topics if each.ready.done()]:
            if topic.channel.subscription is not None:
                topic.reconnect()
            await self._subscribe(topic)
        if not self._opened.done():
            self._opened.set_result(None)
        while fresh := [each for each in self.topics if not each.ready.done()]:
            for topic in fresh:
                try:
                    await self._subscribe(topic)
                except ApiError:
                    # Whoever asked for it is told; the others go on.
                    self.topics.remove(topic)
        self._is_set_up = True
        self._up.set()

    async def _subscribe(self, topic: Topic) -> None:
        rule = topic.channel.subscription
        try:
            if topic.channel.private:
                await self.log_in()
            if rule is not None:
                words = self._words(topic.words)
                await self._asked(filled(rule.subscribe, words), rule, words, topic.channel.id)
        except SdkError as error:
            topic.settle(error)
            raise
        topic.settle(None)

    async def _asked(self, message: JsonValue, rule: LoginRule | SubscriptionRule, words: Mapping[str, str], what: str) -> None:
        confirmed, refused = rule.confirmed, rule.refused
        if confirmed is None:
            self.say(message)
            return

        def is_refusal(answer: JsonValue) -> bool:
            return refused is not None and refused.fits(answer, words)

        answer = await self.ask(message, lambda answer: confirmed.fits(answer, words) or is_refusal(answer))
        if is_refusal(answer):
            settings = self._around.settings
            raise hiding(refusal_of(what, answer, settings.behaviour.errors), settings.credentials.secrets())

    def _words(self, given: Mapping[str, str]) -> dict[str, str]:
        return {**given, "id": str(self._around.next_id()), "timestamp": str(self._around.settings.now())}

    def _hear(self, content: bytes) -> None:
        said = hear(content, self._around.rules.heartbeat, [*self._expected], [*self.topics])
        if said is not None:
            self.say(said)

    def _beat(self) -> None:
        send = self._around.rules.heartbeat.send
        if self._socket is None:
            return
        if send is None:
            self._socket.ping()
        elif isinstance(send, str):
            self._socket.send(filled_text(send, self._words({})))
        else:
            self.say(filled(send, self._words({})))

    def _end_life(self, reason: str) -> None:
        self._is_set_up = self._is_logged_in = False
        self._up.clear()
        self._pulse.stop()
        if self._socket is not None:
            self._socket.abort(reason)
            self._socket = None
        expected, self._expected = self._expected, []
        for each in expected:
            if not each.answered.done():
                each.answered.set_exception(TransportError(f"the connection ended before the answer: {reason}"))

    def _failed(self, error: SdkError) -> None:
        self._end_life(str(error))
        if self._opened.done():
            return
        # The first opening failed: there is nothing to keep.
        self.closed = True
        self._opened.set_exception(error)
        self._opened.exception()
        for topic in self.topics:
            topic.settle(error)
