"""A request over a stream: a message with an id of its own, signed where the exchange wants it, and what its reply means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .answer import answered_error, wait_ms
from .channels import can_be, kind_among, read
from .errors import ArgumentError, DecodeError, SdkError
from .kinds import is_array, is_object
from .mismatch import MismatchError, encoded
from .places import words_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from .channels import AskingRule, RequestRule
    from .jsontext import JsonValue
    from .settings import Settings

_STATUSES: Final = range(100, 600)
_FIRST_REFUSAL: Final = 400


class Heard(NamedTuple):
    """A reply."""

    status: int | None
    """In the numbers of HTTP, where it says one."""
    document: JsonValue


class Asking:
    """One request, which may be said several times."""

    def __init__(self, rule: RequestRule, asking: AskingRule, settings: Settings, value: Any) -> None:
        """Write the message but for its id and signature.

        Raises:
            ArgumentError: it does not fit its type, or takes no id.
        """
        self._rule = rule
        self._asking = asking
        self._settings = settings
        self._errors = settings.behaviour.errors if asking.errors is None else asking.errors
        self._body = encoded(rule.message.codec, value, "body")
        self._as_number = self._takes_number()
        self._places = tuple(dict.fromkeys(each.correlation or rule.message.correlation for each in rule.replies))

    @property
    def is_signed(self) -> bool:
        """Whether it proves who sends it, by itself or by a login before."""
        return self._rule.signed or bool(self._rule.places)

    @property
    def is_repeatable(self) -> bool:
        """Whether twice is once."""
        order_id = self._rule.order_id
        return self._rule.repeatable or (bool(order_id) and bool(next(words_at(self._body, order_id), "")))

    def message(self, number: int) -> tuple[JsonValue, Callable[[JsonValue], bool]]:
        """The message with that id, signed with the clock of this moment; and what tells its reply.

        Raises:
            ConfigurationError: credentials are missing or don't fit.
        """
        said = self._numbered(number if self._as_number else str(number))
        if self._rule.places and self._asking.recipe is not None and is_object(said):
            said = self._settings.message_signer(self._asking.recipe).sign_message({**said}, self._rule.places)
        acknowledged, identity = self._asking.acknowledged, str(number)

        def is_reply(answer: JsonValue) -> bool:
            if acknowledged is not None and acknowledged.fits(answer, {}):
                return False
            if self._rule.message.correlation:
                return any(identity in words_at(answer, place) for place in self._places)
            return any(can_be(kind, answer) for kind in self._rule.replies)

        return said, is_reply

    def heard(self, answer: JsonValue) -> Heard:
        """A reply, with the status that it says of itself."""
        return Heard(self._status(answer), answer)

    def reply(self, heard: Heard, _sent: int) -> Any:
        """The typed reply.

        Raises:
            ApiError: it says that the exchange refused.
            DecodeError: it does not fit its type.
        """
        rule, asking = self._rule, self._asking
        status, answer = heard
        kind = kind_among(rule.replies, answer)
        if (status or 0) >= _FIRST_REFUSAL or self._says_no(answer) or (kind is not None and kind.name in rule.failures):
            wait = wait_ms(next(words_at(answer, asking.retry_after), ""), self._settings.now()) if asking.retry_after else None
            raise answered_error(rule.id, answer, self._errors, status, wait)
        if kind is None:
            raise DecodeError(f"a reply of {rule.id}")
        return read(kind, answer)

    def _status(self, answer: JsonValue) -> int | None:
        said = next(words_at(answer, self._asking.status), "") if self._asking.status else ""
        return int(said) if said.isdecimal() and said.isascii() and len(said) == len("200") and int(said) in _STATUSES else None

    def _says_no(self, answer: JsonValue) -> bool:
        if any(said not in good for place, good in self._errors.success.items() for said in words_at(answer, place)):
            return True
        error = answer.get("error") if is_object(answer) else None
        return error is True or ((isinstance(error, str) or is_object(error) or is_array(error)) and bool(error))

    def _takes_number(self) -> bool:
        """Whether the message's type wants its id as a number."""
        for each in (0, "0"):
            made = self._numbered(each)
            try:
                encoded(self._rule.message.codec, self._rule.message.codec.read_(made))
            except (SdkError, MismatchError):
                continue
            return isinstance(each, int)
        message = f"{self._rule.id}: {self._rule.message.correlation} takes no id"
        raise ArgumentError(message)

    def _numbered(self, identity: int | str) -> JsonValue:
        """The message with that id as the last member of the object that has it."""
        place = self._rule.message.correlation
        if not place or not is_object(self._body):
            return self._body
        *path, last = place.split(".")
        made = dict(self._body)
        node = made
        for step in path:
            inner = node.get(step)
            node[step] = dict(inner) if is_object(inner) else {}
            node = node[step]
        node.pop(last, None)
        node[last] = identity
        return made
