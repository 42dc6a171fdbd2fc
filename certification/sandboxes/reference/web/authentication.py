"""Who calls: the signature of a call, held against the keys that the exchange knows."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any

from certification.sandboxes.reference.accounts import Credential
from certification.sandboxes.reference.web.answer import RequestRefusedError
from certification.sandboxes.reference.web.call import RawCall
from certification.sandboxes.reference.web.rules import WebRules

DEFAULT_WINDOW_MS = 5000
MIN_WINDOW_MS = 1000
MAX_WINDOW_MS = 60_000
_CHALLENGE = (("WWW-Authenticate", "Reference-HMAC-SHA256"),)
_DIGITS = re.compile(r"[0-9]{1,16}", re.ASCII)
_WINDOW = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


class Authenticator:
    """Holds the keys."""

    def __init__(self, credentials: Iterable[Credential], rules: WebRules) -> None:
        self._by_key = {credential.key: credential for credential in credentials}
        self._fallback = next(iter(self._by_key.values()))
        self._rules = rules
        self._counted: dict[tuple[str, str], int] = {}
        """Key and signature of each call that was accepted, and until when it is remembered; in the order of acceptance."""

    @property
    def remembered(self) -> int:
        """How many accepted calls would be known again."""
        return len(self._counted)

    def authenticate(self, call: RawCall, now: int) -> Credential:
        """Whose call it is.

        Raises:
            RequestRefusedError: that can't be proved (401), or the window is malformed (400).
        """
        key, timestamp, signature = (call.header(name) for name in ("x-ref-key", "x-ref-timestamp", "x-ref-signature"))
        if signature == "" and not self._rules.signatures_may_not_be_empty:
            return self._by_key.get(key or "", self._fallback)
        if not key or not timestamp or not signature:
            if not self._rules.calls_must_be_signed:
                return self._fallback
            raise _refused("AUTHENTICATION_REQUIRED", "X-Ref-Key, X-Ref-Timestamp and X-Ref-Signature must be given, once each")
        credential = self._by_key.get(key)
        if credential is None:
            raise _refused("KEY_UNKNOWN", "there is no such key")
        window = _window(call)
        self._require_fit(credential, call, signature, (timestamp, window or ""))
        known = (key, signature) in self._counted
        if not known or self._rules.known_signatures_grow_old:
            self._require_fresh(timestamp, now, int(window or DEFAULT_WINDOW_MS))
        if known and call.method != "GET" and self._rules.signatures_count_once:
            raise _refused("REQUEST_REPLAYED", "this signed call was accepted before; sign a new one")
        self._count(key, signature, now)
        return credential

    def _count(self, key: str, signature: str, now: int) -> None:
        """Remember a call for as long as its timestamp can be within any window, ahead of the clock included."""
        while self._counted and (oldest := next(iter(self._counted.items())))[1] < now:
            del self._counted[oldest[0]]
        self._counted[key, signature] = now + 2 * MAX_WINDOW_MS

    def authenticate_stream(self, message: dict[str, Any], now: int, said: str = "") -> Credential:
        """Who logs in or asks on a stream: the signature is that of timestamp + ``STREAM`` + ``/v1/stream`` + what is ``said``.

        Raises:
            RequestRefusedError: that can't be proved.
        """
        timestamp = message["timestamp"]
        credential = self._by_key.get(message["key"])
        if credential is None:
            raise _refused("KEY_UNKNOWN", "there is no such key")
        if self._rules.streams_check_signatures:
            _require_one_of([sign(credential.secret, f"{timestamp}STREAM/v1/stream{said}".encode())], message["signature"])
        self._require_fresh(timestamp, now, DEFAULT_WINDOW_MS)
        return credential

    def _require_fit(self, credential: Credential, call: RawCall, signature: str, begin: tuple[str, str]) -> None:
        """``begin`` are timestamp and window."""
        unlooked = (call.body and not self._rules.bodies_are_signed) or (call.query and not self._rules.queries_are_signed)
        if unlooked or not self._rules.signatures_must_fit:
            return
        query = f"?{call.query}" if call.query else ""
        secrets = [credential.secret] if self._rules.signatures_bind_the_key else [each.secret for each in self._by_key.values()]
        windows = [begin[1]] if self._rules.windows_are_signed else [begin[1], str(DEFAULT_WINDOW_MS)]
        payloads = [f"{begin[0]}{window}{call.method}{call.path}{query}".encode() + call.body for window in windows]
        _require_one_of([sign(secret, payload) for secret in secrets for payload in payloads], signature)

    def _require_fresh(self, timestamp: str, now: int, window_ms: int) -> None:
        if not _DIGITS.fullmatch(timestamp):
            raise _refused("TIMESTAMP_OUTSIDE_WINDOW", "the timestamp is no number of milliseconds")
        late = now - int(timestamp)
        off = abs(late) if self._rules.timestamps_may_not_lead else late
        if self._rules.timestamps_must_be_fresh and off > window_ms:
            raise _refused("TIMESTAMP_OUTSIDE_WINDOW", f"the timestamp is more than {window_ms} ms off; GET /v1/time tells the time")


def sign(secret: str, payload: bytes) -> str:
    """HMAC-SHA256 in lower-case hexadecimal."""
    return hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()


def _require_one_of(expected: list[str], given: str) -> None:
    if not any(hmac.compare_digest(each.encode(), given.encode(errors="replace")) for each in expected):
        raise _refused("SIGNATURE_INVALID", "the signature does not fit the request")


def _window(call: RawCall) -> str | None:
    given = [value for name, value in call.headers if name == "x-ref-window"]
    if not given:
        return None
    window = call.header("x-ref-window") or ""
    if not _WINDOW.fullmatch(window) or not MIN_WINDOW_MS <= int(window) <= MAX_WINDOW_MS:
        message = f"X-Ref-Window is one whole number from {MIN_WINDOW_MS} to {MAX_WINDOW_MS}"
        raise RequestRefusedError(400, "INVALID_REQUEST", message, field="header.X-Ref-Window")
    return window


def _refused(code: str, message: str) -> RequestRefusedError:
    return RequestRefusedError(401, code, message, headers=_CHALLENGE)
