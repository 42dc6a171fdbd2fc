"""Signed requests on the wire, and what came back, with every credential taken out of the record."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import httpx

from certification.evidence.contract.redact import HIDDEN, Redactor
from certification.evidence.pace import Pace
from certification.evidence.places import write
from certification.evidence.record import TOLD_SIGNATURE, Call, Message
from certification.evidence.scenarios.partly import meant, partly
from certification.evidence.scenarios.tamper import (
    OTHER_PATH,
    SPOILING,
    Draft,
    breakable,
    changed,
    signature_in,
    signs_the_body_alone,
    spoilt,
)
from certification.evidence.scenarios.typed import body_value, sendable
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.model import Encoding
from sdkgen.signing.recipe import Recipe, Value
from sdkgen.signing.request import Credentials, UnsignedRequest, declared_places
from sdkgen.signing.sign import sign

if TYPE_CHECKING:
    from certification.evidence.shapes import Shapes
    from sdkgen.api.model import Api, Operation

_LEAST_SIGNATURE = 16
"""Characters; what is shorter may stand in any text."""
_WITHOUT_THE_RIGHT_ONE = frozenset({"wrong signature", "empty signature", "signature left out", "signature in another case"})
"""Ways of breaking a proof that keep the right signature from the wire: an answer that holds it gives it away."""
_OFF_MS = {"stale timestamp": -15 * 60_000, "future timestamp": 15 * 60_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a wire leads."""

    base_url: str
    """With the base path, no trailing slash."""
    headers: tuple[tuple[str, str], ...]
    """Sent with every request."""
    recipe: Recipe | None
    accounts: tuple[tuple[str, Credentials], ...]
    """Actor and credentials."""
    interval_s: float = 0.0
    """The least time between two paced calls."""
    intervals: tuple[tuple[str, float], ...] = ()
    """The same after a call of an operation that weighs more: its id, and seconds."""
    timeout_s: float = 15.0
    """How long a whole call may take."""
    most_bytes: int = 4_000_000
    """Of an answer's body."""
    shapes: Shapes | None = None
    """What answers are held against; ``None`` where nobody asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A request that is ready to be sent, signature and all."""

    request: UnsignedRequest
    operation: Operation
    actor: str
    right: str = ""
    """The signature that a wrong one takes the place of: nobody may tell it."""


class Wire:
    """One connection pool to one sandbox."""

    def __init__(
        self, target: Target, api: Api, *, client: httpx.Client, now_ms: Callable[[], int], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Send through ``client``, by the clock ``now_ms`` (milliseconds since 1970)."""
        self._target = target
        self._api = api
        self._client = client
        self.now_ms = now_ms
        self._accounts = dict(target.accounts)
        self._pace = Pace(dict(target.intervals), usual_s=target.interval_s, sleep=sleep)
        self._redactor = Redactor(tuple(self._accounts.values()), target.recipe)
        names = "|".join(re.escape(name) for name in sorted(self._redactor.names))
        self._in_json = re.compile(rf'("(?:{names})"\s*:\s*")[^"]*', re.IGNORECASE) if names else None
        self.wait = sleep
        told = target.recipe is not None and any(placement.value is Value.WINDOW for placement in target.recipe.placements)
        placed = {placement.value for placement in target.recipe.placements} if target.recipe is not None else set()
        self.signs_nonces = {Value.NONCE, Value.SIGNATURE} <= placed
        """Whether a signed request carries a nonce."""
        self.signs_the_body_alone = target.recipe is not None and signs_the_body_alone(target.recipe)
        """Whether a signature covers the body, and no query."""
        self.window_ms = target.recipe.window_ms if target.recipe is not None and told else None
        """How long a request counts, where the request itself says so."""

    def can(self, tamper: str, draft: Draft) -> bool:
        """Whether this draft's proof of identity can be broken that way."""
        recipe = self._target.recipe
        if recipe is None or not draft.operation.signed:
            return False
        several = len({each.secret for each in self._accounts.values()}) > 1
        if not breakable(tamper, draft, recipe) or (tamper == "signed by another" and not several):
            return False
        signer = next(iter(self._accounts.values()), None)
        if tamper not in SPOILING or signer is None:
            return True
        _, signed = self._signed(self._unsigned(draft), draft, signer, "nothing")
        return spoilt(tamper, signed, draft, recipe) not in {None, signed}

    def send(self, draft: Draft, *, actor: str, tamper: str = "nothing", paced: bool = True) -> Call:
        """Send one call and record it. A call without an answer has ``status`` None and says why in ``failure``.

        A paced call that is throttled is sent once more after the wait that it was told: it was not carried out.
        """
        if not paced:
            return self._sent(draft, actor, tamper)
        call = self._after_the_pace(draft, actor, tamper)
        if not self._pace.refused(call.status, dict(call.response.headers).get("retry-after", "") if call.response else ""):
            return call
        return self._after_the_pace(draft, actor, tamper)

    def _after_the_pace(self, draft: Draft, actor: str, tamper: str) -> Call:
        self._pace.before(draft.operation.id)
        return self._sent(draft, actor, tamper)

    def _sent(self, draft: Draft, actor: str, tamper: str) -> Call:
        sealed = self.seal(draft, actor=actor, tamper=tamper)
        return self._exchange(sealed)

    def seal(self, draft: Draft, *, actor: str, tamper: str = "nothing", age_ms: int = 0) -> Sealed:
        """A call ready to be sent, signed ``age_ms`` ago."""
        request = self._unsigned(draft)
        credentials = self._accounts.get(actor)
        if credentials is not None and tamper == "signed by another":
            others = [each.secret for name, each in self._accounts.items() if each.secret != credentials.secret and name != actor]
            credentials = replace(credentials, secret=next(iter(others), ""))
        right = ""
        if credentials is not None and draft.operation.signed and tamper != "unsigned":
            genuine, request = self._signed(request, draft, credentials, tamper, age_ms)
            recipe = self._target.recipe
            right = signature_in(genuine, recipe) if recipe is not None and tamper in _WITHOUT_THE_RIGHT_ONE else ""
        return Sealed(request=request, operation=draft.operation, actor=actor, right=right)

    def deliver(self, sealed: Sealed) -> Call:
        """Send a call as it was sealed, to the byte, as often as wanted."""
        self._pace.before(sealed.operation.id)
        return self._exchange(sealed)

    def reused(self, sealed: Sealed, draft: Draft) -> Sealed | None:
        """The signature of a sealed call on another one, which asks for twice as much; ``None`` where the recipe signs no number of it."""
        recipe = self._target.recipe
        if recipe is None or not draft.operation.signed or not breakable("changed after signing", draft, recipe):
            return None
        return replace(sealed, request=changed(sealed.request, draft, recipe))

    def deliver_at_once(self, calls: tuple[Sealed, ...]) -> tuple[Call, ...]:
        """Send calls at the same instant, each over a connection of its own, once all of them together may be sent."""
        for sealed in calls:
            self._pace.before(sealed.operation.id)
        start = Barrier(len(calls))

        def sent(sealed: Sealed) -> Call:
            start.wait()
            return self._exchange(sealed)

        with ThreadPoolExecutor(max_workers=len(calls), thread_name_prefix="at-once") as threads:
            return tuple(threads.map(sent, calls))

    def _unsigned(self, draft: Draft) -> UnsignedRequest:
        base = urlsplit(self._target.base_url)
        path, query, body = base.path + draft.operation.path, [], dict[str, Any]()
        headers = list(self._target.headers)
        for place, told in draft.given:
            text, (carrier, _, name) = sendable(place, told), place.partition(".")
            match carrier:
                case "path":
                    path = path.replace("{" + name + "}", quote(text, safe=""))
                case "query":
                    query.append(f"{quote(name, safe='')}={quote(text, safe='')}")
                case "header":
                    headers.append((name, text))
                case _:
                    write(body, name, body_value(self._api, draft.operation, name, text))
        content, encoding = _body(draft.operation, body)
        if content:
            headers.append(("content-type", _media_type(draft.operation)))
        return UnsignedRequest(
            method=draft.operation.method,
            host=base.netloc,
            path=path,
            query="&".join(query),
            headers=tuple(headers),
            body=content,
            encoding=encoding,
        )

    def _signed(
        self, request: UnsignedRequest, draft: Draft, credentials: Credentials, tamper: str, age_ms: int = 0
    ) -> tuple[UnsignedRequest, UnsignedRequest]:
        """The request with its signature, and the same as it is sent, broken in that way."""
        recipe = self._target.recipe
        if recipe is None:
            return request, request
        now_ms = self.now_ms() - age_ms + _OFF_MS.get(tamper, 0)
        wanted = replace(request, path=self._other_path(draft)) if tamper == OTHER_PATH else meant(tamper, request)
        signed = sign(partly(tamper, recipe), credentials, wanted, now_ms=now_ms, declared=declared_places(self._api, draft.operation))
        result = replace(
            request,
            path=request.path if tamper == OTHER_PATH else signed.path,
            query=signed.query,
            headers=signed.headers,
            body=signed.body,
        )
        return result, spoilt(tamper, result, draft, recipe) or result

    def _other_path(self, draft: Draft) -> str:
        """The path of another private operation of the same method, where the description has one without parameters; else one of none."""
        paths = (each.path for each in self._api.operations if each.signed and each.method == draft.operation.method)
        other = next((path for path in paths if path != draft.operation.path and "{" not in path), f"{draft.operation.path}/other")
        return urlsplit(self._target.base_url).path + other

    def _exchange(self, sealed: Sealed) -> Call:
        request, operation, actor = sealed.request, sealed.operation, sealed.actor
        target = request.path + (f"?{request.query}" if request.query else "")
        url = httpx.URL(self._target.base_url).copy_with(raw_path=target.encode())
        begun = time.monotonic()
        sent = self._redacted(Message(start=f"{request.method} {target}", headers=_lower(request.headers), body=_readable(request.body)))
        try:
            with self._client.stream(
                request.method, url, headers=list(request.headers), content=request.body or None, timeout=self._target.timeout_s
            ) as response:
                content = _bounded(response, self._target, begun)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = f"{type(error).__name__}: {error}"
            return Call(
                operation=operation.id, actor=actor, request=sent, response=None, status=None, elapsed_ms=_since(begun), failure=reason
            )
        text, is_base64 = _text(content)
        headers = _lower(response.headers.multi_items())
        if len(sealed.right) >= _LEAST_SIGNATURE:
            # JSON may write a slash of base64 with a backslash before it.
            text = text.replace(sealed.right, TOLD_SIGNATURE).replace(sealed.right.replace("/", r"\/"), TOLD_SIGNATURE)
            headers = tuple((name, value.replace(sealed.right, TOLD_SIGNATURE)) for name, value in headers)
        received = Message(start=str(response.status_code), headers=headers, body=text, base64=is_base64)
        return Call(
            operation=operation.id,
            actor=actor,
            request=sent,
            response=self._redacted(received),
            status=response.status_code,
            elapsed_ms=_since(begun),
            flaw=self._flaw(operation, response, content),
        )

    def _flaw(self, operation: Operation, response: httpx.Response, content: bytes) -> str | None:
        """What is not as described in an answer, while its secrets still stand in it."""
        if self._target.shapes is None:
            return None
        return self._target.shapes.answer_flaw(operation, response.status_code, dict(_lower(response.headers.multi_items())), content)

    def hidden(self, text: str) -> str:
        """The text without any account's credentials, nor what a recipe makes of them."""
        text = self._redactor.text(text)
        return self._in_json.sub(rf"\g<1>{HIDDEN}", text) if self._in_json else text

    def _redacted(self, message: Message) -> Message:
        body = self._redactor.value({"$base64": message.body})["$base64"] if message.base64 else self.hidden(message.body)
        return Message(
            start=self.hidden(message.start),
            headers=tuple((name, HIDDEN if name in self._redactor.names else self.hidden(value)) for name, value in message.headers),
            body=body,
            base64=message.base64,
        )


def _body(operation: Operation, body: dict[str, Any]) -> tuple[bytes, Encoding | None]:
    encoding = operation.body.contents[0].encoding if operation.body and operation.body.contents else None
    if not body:
        return b"", encoding
    if encoding is Encoding.FORM:
        return "&".join(f"{quote(name, safe='')}={quote(_written(value), safe='')}" for name, value in body.items()).encode(), encoding
    return dumps_exact(body).encode(), encoding


def _written(value: Any) -> str:
    """A value as a form writes it."""
    return value if isinstance(value, str) else dumps_exact(value)


def _media_type(operation: Operation) -> str:
    return operation.body.contents[0].media_type if operation.body and operation.body.contents else "application/json"


def _bounded(response: httpx.Response, target: Target, begun: float) -> bytes:
    """The answer's body, as long as it is neither endless nor slower than the whole call may be."""
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > target.most_bytes:
            raise httpx.ReadError(f"the answer is longer than {target.most_bytes:,} bytes")
        if time.monotonic() - begun > target.timeout_s:
            raise httpx.ReadTimeout(f"the answer took longer than {target.timeout_s:g} s")
    return bytes(content)


def _lower(headers: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name.lower(), value) for name, value in headers)


def _readable(content: bytes) -> str:
    return _text(content)[0]


def _text(content: bytes) -> tuple[str, bool]:
    try:
        return content.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(content).decode(), True


def _since(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)
