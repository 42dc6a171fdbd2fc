"""Who may call, and how often: signatures in headers, and token buckets per key and per address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from benchmarks.fourth_exchange.defects import Defects
from benchmarks.fourth_exchange.form import SECOND, instant
from benchmarks.fourth_exchange.refusals import Refusal

Permission = Literal["view", "trade", "transfer"]
WINDOW = 30 * SECOND
VERIFY = "/users/self/verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key, its secret in base64, its passphrase, the account it speaks for and what it may do."""

    key: str
    secret: str
    passphrase: str
    owner: str
    permissions: tuple[Permission, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Calls in a second and in one burst, per address and per key; open orders of a product; subscriptions of a connection."""

    public_rate: float = 10
    public_burst: int = 15
    private_rate: float = 15
    private_burst: int = 30
    open_orders: int = 50
    subscriptions: int = 10


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time; a call takes one."""

    rate: float
    burst: int
    tokens: float
    at: float
    lower: bool = False

    def take(self, now: float) -> bool:
        """Whether there was a token."""
        self.tokens = min(self.burst / (3 if self.lower else 1), self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def headers(self) -> dict[str, str]:
        """How much there is, how much is left, and in how many seconds it will be full."""
        full = math.ceil((self.burst - self.tokens) / self.rate)
        return {"x-ratelimit-limit": str(self.burst), "x-ratelimit-remaining": str(int(self.tokens)), "x-ratelimit-reset": str(full)}

    def wait(self) -> int:
        """Whole seconds until there is a token."""
        return max(1, math.ceil((1 - self.tokens) / self.rate))


def sign(secret: str, timestamp: str, method: str, path: str, body: bytes) -> str:
    """The signature: base64 of HMAC-SHA256, with the decoded secret, over timestamp, method, path with query, and body."""
    signed = f"{timestamp}{method}{path}".encode() + body
    return base64.b64encode(hmac.new(base64.b64decode(secret), signed, hashlib.sha256).digest()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What somebody signed, and how."""

    method: str
    path: str
    body: bytes = b""
    key: str | None = None
    passphrase: str | None = None
    timestamp: str | None = None
    signature: str | None = None


class Gate:
    """Lets those in who may come in."""

    def __init__(self, keys: tuple[Key, ...], limits: Limits, defects: Defects, now: Callable[[], int], ticks: Callable[[], float]) -> None:
        self._keys = {key.key: key for key in keys}
        self.limits = limits
        self.wrong = defects.on
        self._now, self._ticks = now, ticks
        self._buckets: dict[str, Bucket] = {}
        self._seen: set[tuple[str, str]] = set()

    def admit(self, said: Signed, permission: Permission) -> Key:
        """Whose request this is.

        Raises:
            Refusal: it lacks something, is not signed as it should be, or its key may not do this.
        """
        key = self._known(said)
        at = instant(said.timestamp or "")
        if at is None:
            raise Refusal(401, "invalid_timestamp", "OSP-TIMESTAMP must be an ISO 8601 instant in UTC")
        window = 3600 * SECOND if self.wrong("old-timestamp-accepted") else WINDOW
        late = at - self._now() > WINDOW and not self.wrong("future-timestamp-accepted")
        if self._now() - at > window or late:
            raise Refusal(401, "timestamp_expired", "OSP-TIMESTAMP is more than 30 seconds from our clock")
        if not self._matches(key, said):
            hint = f": expected {self._expected(key, said)[0]}" if self.wrong("signature-in-error") else ""
            raise Refusal(401, "invalid_signature", "the signature does not match" + hint)
        if not hmac.compare_digest(key.passphrase.encode(), (said.passphrase or "").encode()) and not self.wrong("passphrase-not-checked"):
            raise Refusal(401, "invalid_passphrase", "the passphrase does not match")
        if permission not in key.permissions and not (permission != "view" and self.wrong(f"observer-may-{permission}")):
            raise Refusal(403, "forbidden", f"the key may not {permission}")
        return key

    def spend(self, who: str, *, private: bool) -> Bucket:
        """Take a token from the bucket of a key or an address.

        Raises:
            Refusal: there was none.
        """
        limits = self.limits
        rate, burst = (limits.private_rate, limits.private_burst) if private else (limits.public_rate, limits.public_burst)
        if self.wrong("private-limit-shared") and private:
            who = "key"
        lower = self.wrong("private-burst-lower-than-told") and private
        bucket = self._buckets.setdefault(who, Bucket(rate, burst, burst / 3 if lower else burst, self._ticks(), lower=lower))
        if not bucket.take(self._ticks()) and not self.wrong("private-unlimited" if private else "public-unlimited"):
            raise self._limited(bucket)
        return bucket

    def headers(self, bucket: Bucket) -> dict[str, str]:
        """What an answer tells of a bucket."""
        told = bucket.headers()
        if self.wrong("remaining-never-sinks"):
            told["x-ratelimit-remaining"] = told["x-ratelimit-limit"]
        if self.wrong("reset-as-instant"):
            told["x-ratelimit-reset"] = str(int(told["x-ratelimit-reset"]) + self._now() // SECOND)
        return told

    def _limited(self, bucket: Bucket) -> Refusal:
        told = {} if self.wrong("retry-after-missing") else {"retry-after": str(bucket.wait())}
        if self.wrong("retry-after-in-milliseconds"):
            told = {"retry-after": str(bucket.wait() * 1000)}
        if self.wrong("retry-after-too-short"):
            bucket.tokens = -5 * bucket.rate
        return Refusal(429, "rate_limited", "too many requests", self.headers(bucket) | told)

    def _expected(self, key: Key, said: Signed) -> tuple[str, ...]:
        path = said.path.partition("?")[0]
        right = sign(key.secret, said.timestamp or "", said.method, said.path, said.body)
        others = (
            ("signature-ignores-body", sign(key.secret, said.timestamp or "", said.method, said.path, b"")),
            ("signature-ignores-query", sign(key.secret, said.timestamp or "", said.method, path, said.body)),
            ("signature-ignores-method", sign(key.secret, said.timestamp or "", "GET", said.path, said.body)),
            ("signature-without-timestamp", sign(key.secret, "", said.method, said.path, said.body)),
        )
        return (right, *(other for name, other in others if self.wrong(name)))

    def _matches(self, key: Key, said: Signed) -> bool:
        given = said.signature or ""
        if self.wrong("signature-not-checked") or (said.method == "GET" and said.path == VERIFY and self.wrong("user-stream-unsigned")):
            return True
        if self.wrong("signature-prefix-suffices"):
            return given[:8] == self._expected(key, said)[0][:8]
        if self.wrong("signature-any-case"):
            return given.lower() == self._expected(key, said)[0].lower()
        if self.wrong("signature-remembered") and (key.key, given) in self._seen:
            return True
        matches = any(hmac.compare_digest(expected.encode(), given.encode()) for expected in self._expected(key, said))
        self._seen |= {(key.key, given)} if matches and self.wrong("signature-remembered") else set()
        return matches

    def _known(self, said: Signed) -> Key:
        names = {"OSP-KEY": said.key, "OSP-PASSPHRASE": said.passphrase, "OSP-TIMESTAMP": said.timestamp, "OSP-SIGN": said.signature}
        for name, value in names.items():
            if not value:
                raise Refusal(401, "missing_credentials", f"{name} is missing")
        key = self._keys.get(said.key or "")
        if key is None and self.wrong("unknown-key-breaks"):
            raise TypeError("key")
        if key is None:
            raise Refusal(401, "unknown_key", "there is no such key")
        return key


def signed_request(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Signed:
    """What an HTTP request says about who sent it."""
    names = {"key": "osp-key", "passphrase": "osp-passphrase", "timestamp": "osp-timestamp", "signature": "osp-sign"}
    return Signed(method=method, path=path, body=body, **{field: headers.get(name) for field, name in names.items()})
