"""What Schemathesis loads inside its job: two signing identities, and the order in which they may see each other's objects.

Self-contained beside ``sdkgen.signing``, because it runs where nothing else of ours is installed. Reads ``plan.json`` of its working
directory (see ``plan.py``) and the accounts from its environment.

NOTE: two identities come into Schemathesis 4 only through its own provider for Web Fuzzing Commons files, whose entries can't sign.
So that provider is given entries of ours.
"""

from __future__ import annotations

import gzip
import json
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests.auth
import schemathesis
from hypothesis.internal import charmap
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase, negated_parameters
from schemathesis.wfc.escalation import EscalatingAuthProvider

from certification.evidence.contract import spoilt  # noqa: F401 - a check registers itself
from certification.evidence.contract.live import Objects
from certification.evidence.contract.placed import Placed
from certification.evidence.contract.recipe_json import recipe_from_json
from certification.evidence.pace import Pace
from sdkgen.signing.recipe import Carrier
from sdkgen.signing.request import Credentials, Place, UnsignedRequest
from sdkgen.signing.sign import sign

if TYPE_CHECKING:
    from schemathesis.auths import AuthContext, AuthProvider
    from schemathesis.generation.case import Case

    from sdkgen.signing.recipe import Recipe

_ACTORS = ("first", "second")
_LOCATIONS = {Carrier.HEADER: ParameterLocation.HEADER, Carrier.QUERY: ParameterLocation.QUERY, Carrier.BODY: ParameterLocation.BODY}


_RESOLVE = socket.getaddrinfo


def pin_names(pinned: str | None) -> None:
    """Let one name lead to the addresses that were looked at, and every other name nowhere.

    ``pinned`` is the name and its addresses, with blanks between; ``None`` leaves names to the resolver.
    """
    if not pinned:
        return
    host, *addresses = pinned.split()

    def resolve(name: Any, port: Any, *options: Any, **named: Any) -> list[Any]:
        if _text(name or "") not in {host, *addresses}:
            raise socket.gaierror(socket.EAI_NONAME, f"only {host} is called")
        found = []
        for address in addresses:
            try:
                found += _RESOLVE(address, port, *options, **named)
            except socket.gaierror:  # of another family than was asked for
                continue
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} has no such address")
        return found

    socket.getaddrinfo = resolve  # type: ignore[assignment]  # typeshed lists every option


pin_names(os.environ.get("CERTIFY_PINNED"))


def know_utf8() -> None:
    """Give Hypothesis the characters that UTF-8 can say, in the file where it would keep them.

    Else it tries all 1,114,112 of them in each new folder: a sixth of the time of a test of thirty operations. That another version of it
    may look elsewhere costs time, and nothing else.
    """
    file = charmap.charmap_file("codec-v2-utf-8")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        # All but the surrogates; and each comes back as it was.
        file.write_bytes(gzip.compress(json.dumps([[[0, 0xD7FF], [0xE000, sys.maxunicode]], []]).encode(), mtime=0))


know_utf8()


def accounts() -> dict[str, Credentials]:
    """The sandbox's accounts, as ``CERTIFY_<ACTOR>_KEY``, ``_SECRET`` and ``_PASSPHRASE`` give them."""
    found = {}
    for actor in _ACTORS:
        prefix = f"CERTIFY_{actor.upper()}"
        if f"{prefix}_KEY" in os.environ:
            key, secret = os.environ[f"{prefix}_KEY"], os.environ.get(f"{prefix}_SECRET", "")
            found[actor] = Credentials(key=key, secret=secret, passphrase=os.environ.get(f"{prefix}_PASSPHRASE"))
    return found


class Signature(requests.auth.AuthBase):
    """Signs the prepared request, so that path, query and body are exactly what goes on the wire."""

    def __init__(self, recipe: Recipe, case: Case[Any], actor: str, known: dict[str, Credentials], declared: frozenset[Place]) -> None:
        self._recipe = recipe
        self._case = case
        self._actor = actor
        self._known = known
        self._declared = declared

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add what the recipe adds, as the identity that the case has now."""
        if is_garbled(self._case, self._recipe):
            return prepared
        credentials = self._known[self._case.auth_identity or self._actor]
        parts = urlsplit(prepared.url or "")
        signed = sign(
            self._recipe,
            credentials,
            UnsignedRequest(
                method=prepared.method or "GET",
                host=parts.netloc,
                path=parts.path or "/",
                query=parts.query,
                headers=tuple((name, _text(value)) for name, value in prepared.headers.items()),
                body=_bytes(prepared.body),
            ),
            now_ms=_growing_now_ms,
            declared=self._declared,
        )
        prepared.url = f"{parts.scheme}://{parts.netloc}{signed.path}" + (f"?{signed.query}" if signed.query else "")
        prepared.headers.update(signed.headers)
        prepared.body = signed.body or None
        return prepared


def is_garbled(case: Case[Any], recipe: Recipe) -> bool:
    """Whether the tool removed or spoilt on purpose what the recipe would put there: signing would undo its test."""
    meta = case.meta
    if meta is None or meta.phase.name is TestPhase.EXAMPLES:  # examples are never spoilt, but may be relabelled when settings change them
        return False
    placed = {(_LOCATIONS[placement.carrier], placement.name.lower()) for placement in recipe.placements}
    negated = {(location, name.lower()) for name, location in negated_parameters(meta)}
    if negated:
        return bool(negated & placed)
    # Where the tool does not say which parameter it spoilt, it may have been one of ours.
    return any(meta.is_negative_at(location) for location, _ in placed if location is not ParameterLocation.BODY)


class _Identity:
    """One account as Schemathesis's identities want it."""

    def __init__(self, actor: str, plan: dict[str, Any], known: dict[str, Credentials]) -> None:
        self._actor = actor
        self._recipe = recipe_from_json(plan["recipe"])
        self._operations = plan["operations"]
        self._known = known

    def get(self, case: Case[Any], context: AuthContext) -> Signature | None:
        """A signature for operations that are signed; nothing for the others."""
        operation = self._operations.get(context.operation.label)
        if operation is None or not operation["signed"]:
            return None
        declared = frozenset(Place(Carrier(carrier), name) for carrier, name in operation["declared"])
        return Signature(self._recipe, case, self._actor, self._known, declared)

    def set(self, case: Case[Any], data: Signature, _context: AuthContext) -> None:
        """Sign when the request is prepared; nothing stands in the case itself."""
        case._auth = data  # noqa: SLF001 - where Schemathesis's own provider for ``requests`` puts it


class _Course:
    """What the hooks around calls share."""

    pace = Pace({})
    objects = Objects()
    placed = Placed()


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: dict[str, Any]) -> None:
    """Let no call leave before the exchange's weighed budgets allow it, nor while it says to wait; let it name what is there."""
    _Course.objects.round_off(case)
    _Course.pace.before(case.operation.label)


@schemathesis.hook
def after_call(_context: Any, case: Any, response: Any) -> None:
    """Take notice of an answer that says to wait, of what was made and of what has ended."""
    _Course.objects.note(case, response.status_code)
    _Course.placed.note(case, response)
    _Course.pace.refused(response.status_code, next(iter(response.headers.get("retry-after", ())), ""))


@schemathesis.hook
def after_load_schema(_context: Any, schema: Any) -> None:
    """Let every operation be called as the first account, and reads be tried as the second; let what is made be asked for."""
    plan = _plan()
    _Course.objects = Objects()
    _Course.objects.connect(schema, plan.get("objects", []))
    identify(schema, plan)


def identify(schema: Any, plan: dict[str, Any] | None = None) -> None:
    """Give a schema the identities of the accounts, which have tried nothing yet."""
    plan = plan or _plan()
    schema.auth.unregister()
    _Course.pace = Pace({name: operation.get("interval_s", 0.0) for name, operation in plan["operations"].items()})
    _Course.placed = Placed(tuple(plan.get("placing", ())))
    known = accounts()
    if plan["recipe"] is None or "first" not in known:
        return
    names = list(known)
    peers = tuple(names) if len(names) > 1 else ()
    identities: list[AuthProvider[Any]] = [_Identity(actor, plan, known) for actor in names]
    schema.auth.providers.append(EscalatingAuthProvider(identities, names, peers=peers, pinned="first"))


def _plan() -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    return plan


class _Clock:
    """Milliseconds since 1970 that never stand still: nonces made of them must grow with every call."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            self._last = max(time.time_ns() // 1_000_000, self._last + 1)
            return self._last


_growing_now_ms = _Clock()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else bytes(body.read())
