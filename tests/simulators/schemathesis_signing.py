"""Hooks for plain Schemathesis: signs every call as the reference exchange's first account, exactly as it goes on the wire."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import schemathesis
from requests.auth import AuthBase
from schemathesis.core.parameters import ParameterLocation

from certification.sandboxes.reference.accounts import demo_credentials
from certification.sandboxes.reference.web.authentication import sign

if TYPE_CHECKING:
    from schemathesis import AuthContext, Case


class Signature(AuthBase):
    """Signs a prepared request."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        credential = demo_credentials({})[0]
        parts = urlsplit(str(request.url))
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)
        timestamp = str(time.time_ns() // 1_000_000)
        query = f"?{parts.query}" if parts.query else ""
        window = request.headers.get("X-Ref-Window", "")
        begin = f"{timestamp}{window}{request.method}{parts.path}{query}".encode("latin-1")
        request.headers["X-Ref-Key"] = credential.key
        request.headers["X-Ref-Timestamp"] = timestamp
        request.headers["X-Ref-Signature"] = sign(credential.secret, begin + content)
        return request


@schemathesis.auth()
class FirstAccount:
    """Signs what is meant to be signed, and leaves alone what the tool spoilt on purpose."""

    def get(self, case: Case[Any], context: AuthContext) -> Signature:
        return Signature()

    def set(self, case: Case[Any], data: Any, context: AuthContext) -> None:
        if case.meta is None or not case.meta.is_negative_at(ParameterLocation.HEADER):
            case._auth = data
