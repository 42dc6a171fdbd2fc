"""A call from typed arguments to a typed answer, attempt by attempt, without I/O: it says what to send and how long to wait.

Both kinds of client drive the same generators, so that they can't behave differently: a step goes out, its result comes in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

from .answer import Reply, error_of, hiding, is_refused, is_success, reply_of
from .arguments import drafted, is_given
from .codings import uncoded
from .errors import ApiError, ConfigurationError, DecodeError, RateLimitError, Refusal, SdkError
from .hooks import Told
from .http1 import NOWHERE, Answer, Origin, Request, origin_of
from .limits import NoRoom
from .mismatch import parsed
from .moment import instant_ms
from .operation import OPTIONALLY_SIGNED, PUBLIC, SIGNED, Operation
from .places import words_at
from .retry import Known, is_sent_again, known_of, pause_s

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .draft import Draft
    from .jsontext import JsonValue
    from .limits import Place
    from .settings import Settings

T = TypeVar("T")

_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


class Spoken(NamedTuple):
    """Say a request over a stream once, signed when it is said; what comes in is its reply, or the error of the connection."""

    path: str
    """Of the connection, without its query."""


class Send(NamedTuple):
    """Send this once; what comes in is the answer, or the error of the transport."""

    request: Request
    timeout: float


class Pause(NamedTuple):
    """Wait so many seconds; nothing comes in."""

    seconds: float


Step: TypeAlias = Send | Spoken | Pause
Steps: TypeAlias = "Generator[Step, Any, T]"


class Plan(NamedTuple, Generic[T]):
    """All that attempts of one call share."""

    id: str
    made: Callable[[], Request | Spoken]
    """The request, signed where it is one of HTTP; asked for anew for each attempt."""
    read: Callable[[Any, int], T]
    """What an answer means; the number is the local clock when its request went out."""
    signed: bool
    repeatable: bool
    timeout: float


class Core:
    """Makes the steps of calls for one client."""

    def __init__(self, settings: Settings, origin: Origin, *, own_servers: bool) -> None:
        """Take the settings; ``own_servers`` says whether operations go to servers of their own where they have some."""
        self.settings: Final = settings
        self.origin: Final = origin
        self._own_servers = own_servers

    def call(self, operation: Operation[T], arguments: tuple[Any, ...], body: Any, timeout: float) -> Steps[Reply[T]]:
        """The steps of a call; arguments stand in the order of the operation's parameters, ``None`` is not sent."""
        settings, behaviour = self.settings, self.settings.behaviour
        origin = self._somewhere(origin_of(operation.server) if operation.server and self._own_servers else self.origin)
        drafts = [drafted(operation, origin, settings.headers, arguments, body)]
        order_id = behaviour.order_ids.get(operation.id)
        repeatable = (
            operation.method in _SAFE_METHODS
            or operation.id in behaviour.repeatable
            or (order_id is not None and is_given(drafts[0], order_id))
        )

        def draft() -> Draft:
            return drafts.pop() if drafts else drafted(operation, origin, settings.headers, arguments, body)

        def read(answer: Answer, _sent: int) -> Reply[T]:
            if not is_success(answer.status):
                raise error_of(operation.id, answer, behaviour.errors, settings.now())
            return reply_of(operation, answer, behaviour.errors, settings.now())

        signed = self._is_signed(operation.signed)
        made = self._signing(origin, draft, operation.places, signed=signed)
        return self._attempts(Plan(operation.id, made, read, signed, repeatable, timeout))

    def asked(self, plan: Plan[T]) -> Steps[T]:
        """The steps of a request over a stream."""
        return self._attempts(plan)

    def clock(self, timeout: float) -> Steps[int]:
        """Ask for the exchange's time and go by it from now on; gives what it is ahead of ours, in milliseconds."""
        clock = self.settings.behaviour.clock
        if clock is None:
            raise ConfigurationError("how this exchange tells its time is not known; give the client a clock of your own")
        operation = self.settings.operations(clock.operation)
        origin = self._somewhere(self.origin)
        given: tuple[None, ...] = (None,) * len(operation.parameters)

        def read(answer: Answer, sent: int) -> int:
            received = self.settings.clock()
            if not is_success(answer.status):
                raise error_of(operation.id, answer, self.settings.behaviour.errors, received)
            told = next(words_at(parsed(answer.body), clock.place), "")
            instant = instant_ms(told, clock.format)
            if instant is None:
                raise DecodeError(f"an instant ({clock.format}) in the answer of {operation.id}", path=clock.place, status=answer.status)
            return instant - (sent + received) // 2

        def draft() -> Draft:
            return drafted(operation, origin, self.settings.headers, given, None)

        signed = self._is_signed(operation.signed)
        made = self._signing(origin, draft, operation.places, signed=signed)
        plan = Plan(operation.id, made, read, signed, True, timeout)  # noqa: FBT003
        self.settings.offset_ms = yield from self._attempts(plan, mends_clock=True)
        return self.settings.offset_ms

    def request(self, draft: Callable[[], Draft], *, signed: bool, timeout: float) -> Steps[Reply[JsonValue]]:
        """The steps of a call that no description knows."""
        settings = self.settings

        def read(answer: Answer, _sent: int) -> Reply[JsonValue]:
            errors = settings.behaviour.errors
            value = parsed(answer.body) if answer.body.strip() and is_success(answer.status) else None
            if not is_success(answer.status) or is_refused(value, answer.headers, errors):
                raise error_of("raw", answer, errors, settings.now())
            return Reply(value, answer.status, answer.headers, answer.body, None)

        first = draft()
        repeatable = first.method in _SAFE_METHODS
        signed = signed and self._is_signed(SIGNED)
        made = self._signing(self._somewhere(self.origin), draft, _raw_places(settings, first), signed=signed)
        return self._attempts(Plan("raw", made, read, signed, repeatable, timeout))

    def _signing(
        self, origin: Origin, draft: Callable[[], Draft], places: tuple[int, ...] | None, *, signed: bool
    ) -> Callable[[], Request]:
        """What makes the request of each attempt, signed with the clock of that moment."""

        def made() -> Request:
            written = draft()
            if signed:
                self.settings.signer().sign(written, places)
            query = written.query_text()
            target = f"{written.path}?{query}" if query else written.path
            return Request(origin, written.method, target, written.headers, written.content() if written.has_body() else None)

        return made

    @staticmethod
    def _somewhere(origin: Origin) -> Origin:
        if origin == NOWHERE:
            raise ConfigurationError("the description names no server; give the client a base_url")
        return origin

    def _is_signed(self, declared: int) -> bool:
        settings = self.settings
        if settings.recipe is None or declared == PUBLIC:
            return False
        return declared != OPTIONALLY_SIGNED or settings.credentials.key is not None

    def _attempts(self, plan: Plan[T], *, mends_clock: bool = False) -> Steps[T]:
        """Attempts until one succeeds or none may follow. ``mends_clock``: this is the call that would correct the clock."""
        settings = self.settings
        unknown = False
        clock_is_known = settings.behaviour.clock is not None and not mends_clock
        number = 0
        while True:
            number += 1
            try:
                request, place = yield from self._admitted(plan)
            except SdkError as error:
                error.attempts, error.may_have_happened = number - 1, unknown
                raise
            told = self._told(plan, request, number)
            if settings.hooks.on_request is not None:
                settings.hooks.on_request(told)
            begun, sent = settings.monotonic(), settings.clock()
            try:
                answer: Any = yield request if isinstance(request, Spoken) else Send(request, plan.timeout)
                result = plan.read(self._come(answer, place), sent)
            except SdkError as error:
                failure = hiding(error, settings.credentials.secrets()) if isinstance(error, ApiError) else error
                status = getattr(error, "status", None)
            else:
                self._tell_response(told, begun, getattr(answer, "status", None), None)
                return result
            known = known_of(failure)
            # Over a stream the last check comes when the connection is there; nothing was sent then.
            failure.attempts = number - isinstance(failure, ConfigurationError)
            failure.repeated = unknown and failure.refusal is Refusal.DUPLICATE_ORDER
            unknown = unknown or known in {Known.NOBODY_KNOWS, Known.UNREADABLE}
            failure.may_have_happened = unknown
            self._tell_response(told, begun, status, failure.kind)
            pause = self._pause(failure, known, number, repeatable=plan.repeatable, clock_is_known=clock_is_known)
            if pause is None:
                raise failure
            if settings.hooks.on_retry is not None:
                settings.hooks.on_retry(told._replace(status=status, error=failure.kind, pause_ms=round(pause * 1000)))
            if known is Known.CLOCK:
                clock_is_known = False
                yield from self._corrected(failure, plan.timeout)
            elif pause > 0:
                yield Pause(pause)

    def _come(self, answer: Any, place: Place) -> Any:
        """What came back, as it is read; an answer of HTTP also tells of the limits."""
        if not isinstance(answer, Answer):
            return answer
        self.settings.limits.correct(place, answer.headers)
        return uncoded(answer)

    def _corrected(self, failure: SdkError, timeout: float) -> Steps[None]:
        try:
            yield from self.clock(timeout)
        except SdkError:
            # The first error says what is wrong with the call; that the clock could not be asked either does not help.
            raise failure from None

    def _admitted(self, plan: Plan[T]) -> Steps[tuple[Request | Spoken, Place]]:
        """Wait for room in the rate limits, then sign with the clock of that moment."""
        settings = self.settings
        place = settings.limits.take(plan.id, settings.max_wait, signed=plan.signed)
        if isinstance(place, NoRoom):
            raise self._no_room(plan.id, place.seconds)
        try:
            while (wait := settings.limits.wait(place)) > 0:
                yield self._bearable(plan.id, wait)
            return plan.made(), place
        except BaseException:
            settings.limits.give_back(place)
            raise

    def _bearable(self, operation: str, wait: float) -> Pause:
        if wait > self.settings.max_wait:
            raise self._no_room(operation, wait)
        return Pause(wait)

    def _no_room(self, operation: str, wait: float) -> RateLimitError:
        wait_ms = round(wait * 1000)
        message = f"the rate limits have no room for {wait_ms} ms, and max_wait is {self.settings.max_wait:g} s; nothing was sent"
        error = RateLimitError(operation=operation, status=None, message=message, retry_after_ms=wait_ms)
        error.refusal = Refusal.RATE_LIMIT
        return error

    def _pause(self, failure: SdkError, known: Known, number: int, *, repeatable: bool, clock_is_known: bool) -> float | None:
        """How long to wait before the next attempt; ``None`` where none may follow."""
        settings = self.settings
        asked = None if failure.retry_after_ms is None else failure.retry_after_ms / 1000
        if asked is not None and known is Known.NOT_DONE and settings.rate_limits:
            settings.limits.block(asked)
        if number > settings.retries or not is_sent_again(known, repeatable=repeatable, clock_is_known=clock_is_known):
            return None
        if known is Known.CLOCK:
            return 0.0
        if asked is not None:
            return asked if asked <= settings.max_wait else None
        return pause_s(number, settings.chance())

    def _told(self, plan: Plan[Any], request: Request | Spoken, number: int) -> Told:
        weight = self.settings.limits.weight(plan.id, signed=plan.signed)
        method, path = ("WS", request.path) if isinstance(request, Spoken) else (request.method, request.target.partition("?")[0])
        return Told(plan.id, method, path, number, weight)

    def _tell_response(self, told: Told, begun: float, status: int | None, error: str | None) -> None:
        hook = self.settings.hooks.on_response
        if hook is not None:
            elapsed = round((self.settings.monotonic() - begun) * 1000)
            hook(told._replace(status=status, elapsed_ms=elapsed, error=error))


def _raw_places(settings: Settings, draft: Draft) -> tuple[int, ...] | None:
    """All placements, but only one of those that put the same value into the query and into the body."""
    if settings.recipe is None:
        return None
    carriers: dict[str, set[str]] = {}
    for each in settings.recipe.placements:
        carriers.setdefault(each.value, set()).add(each.carrier)
    without = "query" if draft.has_body() else "body"
    return tuple(
        index
        for index, each in enumerate(settings.recipe.placements)
        if each.carrier != without or not {"query", "body"} <= carriers[each.value]
    )
