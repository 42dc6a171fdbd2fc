"""Who may call the second exchange and how often: keys, signatures, and weight in windows of ten seconds."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.second_exchange.defects import Defects
from benchmarks.second_exchange.orders import RefusedError
from benchmarks.second_exchange.parameters import Arguments

WINDOW_S = 10
RECV_WINDOW_MS = 5000
AHEAD_MS = 1000
_BAN_AFTER = 200
_PREFIX = 8
_YEAR_MS = 366 * 24 * 3600 * 1000
_HOUR_MS = 3600 * 1000 + 60_000
_SIGNATURE = re.compile(rb"(^|&)signature=[^&]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of an account."""

    key: str
    secret: str
    account: str
    trades: bool = True


@dataclass(slots=True)
class _Meter:
    window: int = -1
    used: int = 0
    refused: int = 0
    banned_until: float = 0.0


class ThrottledError(RefusedError):
    """Too much weight; says how many seconds to wait."""

    def __init__(self, status: int, code: int, message: str, wait_s: int) -> None:
        super().__init__(status, code, message)
        self.wait_s = wait_s


class Weights:
    """What every address used in the current window."""

    def __init__(self, limit: int, defects: Defects) -> None:
        self._limit = limit // 2 if "half-the-limit" in defects else limit
        self._defects = defects
        self._meters: dict[str, _Meter] = {}

    def spend(self, address: str, weight: int) -> int:
        """Count a call, and say what is used now.

        Raises:
            ThrottledError: more than the limit, or banned for going on.
        """
        weight = 1 if "all-weigh-one" in self._defects else weight
        now = time.time()
        meter = self._meters.setdefault(address, _Meter())
        window = int(now // WINDOW_S)
        if now < meter.banned_until:
            raise self._refusal(418, -1003, "Way too much request weight used; IP banned.", meter.banned_until - now)
        if window != meter.window:
            meter.window, meter.used, meter.refused = window, 0, 0
        meter.used += weight
        if meter.used <= self._limit:
            return 1 if "weight-stuck" in self._defects else meter.used
        meter.refused += 1
        wait = (window + 1) * WINDOW_S - now
        if meter.refused > _BAN_AFTER:
            meter.banned_until = now + wait
        if "throttle-never-ends" in self._defects:
            meter.banned_until = now + 3600
        raise self._refusal(503 if "throttled-with-503" in self._defects else 429, -1003, "Too much request weight used.", wait)

    def used(self, address: str) -> int:
        """What is used, for the header."""
        meter = self._meters.get(address)
        if meter is None or meter.window != int(time.time() // WINDOW_S):
            return 0
        return 1 if "weight-stuck" in self._defects else meter.used

    def _refusal(self, status: int, code: int, message: str, wait: float) -> ThrottledError:
        if "retry-after-in-milliseconds" in self._defects:
            return ThrottledError(status, code, message, math.ceil(min(wait, WINDOW_S) * 1000))
        seconds = 0 if "retry-after-zero" in self._defects else max(1, math.ceil(min(wait, WINDOW_S)))
        return ThrottledError(status, code, message, seconds)


@dataclass(slots=True)
class Keys:
    """All keys, and how a call proves that it was made with one."""

    keys: tuple[Key, ...]
    defects: Defects
    listen_keys: dict[str, str] = field(default_factory=dict)
    """Listen key -> account."""

    def named(self, headers: Mapping[str, str]) -> Key:
        """The key that a call names.

        Raises:
            RefusedError: none, or one that is not known.
        """
        given = headers.get("x-kes-apikey", "")
        if not given:
            raise RefusedError(401, -2014, "API-key format invalid.")
        for each in self.keys:
            if each.key == given or ("key-in-any-case" in self.defects and each.key.lower() == given.lower()):
                return each
        raise RefusedError(401, -2015, "Invalid API-key, IP, or permissions for action.")

    def check(self, key: Key, arguments: Arguments, query: bytes, body: bytes, now: int) -> None:
        """Whether the signature fits the call and is fresh.

        Raises:
            RefusedError: it does not.
        """
        if "signature-optional" in self.defects and arguments.maybe("signature") is None:
            return
        self._fresh(arguments, now)
        payload = _SIGNATURE.sub(b"", query) + body
        if "timestamp-not-signed" in self.defects:
            payload = self._with_signed_time(payload, key, arguments)
        given = arguments.text("signature")
        owners = self.keys if "any-secret-fits" in self.defects else (key,)
        for owner in owners:
            right = hmac.new(owner.secret.encode(), payload, hashlib.sha256).hexdigest()
            if "signature-prefix-compared" in self.defects and right[:_PREFIX] == given[:_PREFIX]:
                return
            if hmac.compare_digest(right, given):
                return
        raise RefusedError(400, -1022, "Signature for this request is not valid.")

    def _with_signed_time(self, payload: bytes, key: Key, arguments: Arguments) -> bytes:
        """With a defect on: the payload with whatever near time its signature was made for."""
        sent = arguments.number("timestamp", 0)
        for near in (sent, *range(sent - 2000, sent + 2000)):
            candidate = payload.replace(b"timestamp=%d" % sent, b"timestamp=%d" % near)
            if hmac.new(key.secret.encode(), candidate, hashlib.sha256).hexdigest() == arguments.text("signature"):
                return candidate
        return payload

    def _fresh(self, arguments: Arguments, now: int) -> None:
        sent = arguments.number("timestamp", 0)
        ahead = 2 * _YEAR_MS if "future-timestamp-accepted" in self.defects else AHEAD_MS
        behind = _HOUR_MS if "recv-window-unbounded" in self.defects else arguments.number("recvWindow", RECV_WINDOW_MS)
        if not now - behind <= sent < now + ahead:
            raise RefusedError(400, -1021, "Timestamp for this request is outside of the recvWindow.")
