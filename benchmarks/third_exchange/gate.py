"""Who may call what, and how often: keys, signatures, nonces, the decaying counter per key and the limit per address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.form import read
from benchmarks.third_exchange.refusals import INVALID_KEY, INVALID_NONCE, INVALID_SIGNATURE, PERMISSION_DENIED, RefusedError

_NONCE = re.compile(r"[0-9]{1,20}")
ADDRESS_WINDOW = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One API key; `secret` as its owner has it, in base64."""

    key: str
    secret: str
    account: str
    trades: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one key and one address may call."""

    counter: int = 400
    decay: float = 50.0
    address: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Where a key's counter stands after a call, and whether the call was within it."""

    stands: int
    within: bool


class Gate:
    """Lets calls in."""

    def __init__(self, keys: tuple[Key, ...], limits: Limits, paths: tuple[str, ...], defects: Defects) -> None:
        self.limits = limits
        self._keys = {key.key: key for key in keys}
        self._paths = paths
        self._defects = defects
        self._nonces: dict[str, int] = defaultdict(lambda: -1)
        self._counters: dict[str, tuple[float, float]] = {}
        self._addresses: dict[str, tuple[float, int]] = {}

    def key(self, headers: Mapping[str, str], path: str, body: bytes) -> Key:
        """Whose call this is.

        Raises:
            RefusedError: key, signature or nonce are not right.
        """
        key = self._keys.get(headers.get("api-key", ""))
        if key is None:
            raise RefusedError(INVALID_KEY)
        nonce = read(body).get("nonce", "")
        if not _NONCE.fullmatch(nonce):
            raise RefusedError(INVALID_NONCE)
        if self._defects.on("bad-signature-spends-nonce"):
            self._spend(key, path, int(nonce))
        if not self._signed(key, headers.get("api-sign", ""), path, nonce, body):
            raise RefusedError(INVALID_SIGNATURE)
        if not self._defects.on("bad-signature-spends-nonce"):
            self._spend(key, path, int(nonce))
        return key

    def permit(self, key: Key, path: str) -> None:
        """Keep keys that only read from what changes something.

        Raises:
            RefusedError: the key may not.
        """
        method = path.rpartition("/")[2]
        if key.trades or method not in {"AddOrder", "CancelOrder", "CancelAll", "Withdraw"}:
            return
        if self._defects.on("reader-cancels") and method in {"CancelOrder", "CancelAll"}:
            return
        if self._defects.on("reader-withdraws") and method == "Withdraw":
            return
        raise RefusedError(PERMISSION_DENIED)

    def count(self, key: Key, cost: int, now: float) -> Counted:
        """Add a call to its key's counter, which sinks as time goes by."""
        name = "all" if self._defects.on("counter-shared-by-keys") else key.key
        stood, at = self._counters.get(name, (0.0, now))
        decay = self.limits.decay / 10 if self._defects.on("counter-sinks-slowly") else self.limits.decay
        sunk = max(0.0, stood - (now - at) * decay)
        within = sunk + cost <= self.limits.counter or self._defects.on("counter-ignored")
        stands = sunk + cost if within or self._defects.on("refused-calls-count") else sunk
        if not within and self._defects.on("refusal-clears-counter"):
            stands = 0.0
        self._counters[name] = (stands, now)
        return Counted(stands=1 if self._defects.on("counter-header-stuck") else int(stands), within=within)

    def wait(self, address: str, now: float) -> int:
        """Seconds that this address has to wait before it calls again; 0 when it may call now."""
        began, calls = self._addresses.get(address, (now, 0))
        if now - began >= ADDRESS_WINDOW:
            began, calls = now, 0
        if calls >= self.limits.address and not self._defects.on("address-limit-ignored"):
            return max(1, int(began + ADDRESS_WINDOW - now + 0.999))
        self._addresses[address] = (began, calls + 1)
        return 0

    def _spend(self, key: Key, path: str, nonce: int) -> None:
        name = f"{key.key} {path}" if self._defects.on("nonce-per-path") else key.key
        least = self._nonces[name] + (0 if self._defects.on("nonce-twice") else 1)
        if self._defects.on("nonce-ignored"):
            return
        if nonce < least:
            raise RefusedError(INVALID_NONCE)
        self._nonces[name] = nonce

    def _signed(self, key: Key, given: str, path: str, nonce: str, body: bytes) -> bool:
        if self._defects.on("unsigned-closed-orders") and path.endswith("ClosedOrders"):
            return True
        paths = self._paths if self._defects.on("signature-for-any-path") else (path,)
        if self._defects.on("signature-by-prefix"):
            return any(sign(key.secret, each, nonce, body).startswith(given) for each in paths)
        if self._defects.on("signature-any-case"):
            return any(sign(key.secret, each, nonce, body).lower() == given.lower() for each in paths)
        return any(hmac.compare_digest(sign(key.secret, each, nonce, body).encode(), given.encode()) for each in paths)


def sign(secret: str, path: str, nonce: str, body: bytes) -> str:
    """The value of `API-Sign`."""
    hashed = hashlib.sha256(nonce.encode() + body).digest()
    return base64.b64encode(hmac.digest(base64.b64decode(secret), path.encode() + hashed, hashlib.sha512)).decode()
