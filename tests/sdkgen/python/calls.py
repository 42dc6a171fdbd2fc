"""A session, an operation and a server to call it on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from sdkgen.python.runtime.codec import DECIMAL, INTEGER, STRING
from sdkgen.python.runtime.draft import Credentials
from sdkgen.python.runtime.http1 import origin_of
from sdkgen.python.runtime.model import Model, field
from sdkgen.python.runtime.operation import Operation, Parameter, Returned
from sdkgen.python.runtime.recipe import Part, Placement, Recipe
from sdkgen.python.runtime.session import Session, Settings
from tests.simulators.raw_http import Answer, RawServer


class Price(Model):
    price: Decimal = field("price", DECIMAL)


RECIPE = Recipe(
    algorithm="hmac-sha256",
    placements=(Placement("header", "X-Key", "key"), Placement("query", "time", "timestamp"), Placement("query", "sig", "signature")),
    payload=(Part("query"),),
)


GET: Operation[Price] = Operation(
    "getPrice",
    "GET",
    "/v1/{symbol}/price",
    parameters=(
        Parameter("path", "symbol", "symbol", STRING, required=True, style="simple"),
        Parameter("query", "limit", "limit", INTEGER),
        Parameter("header", "X-Trace", "x_trace", STRING, style="simple"),
        Parameter("cookie", "session", "session", STRING),
    ),
    returned=(Returned("200", "json", "application/json", Price), Returned("204", "")),
)


def settings_for(url: str, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "package": "a-package",
        "user_agent": "a-package/1.0.0",
        "base_url": url,
        "recipe": RECIPE,
        "credentials": Credentials("k", "s", None),
        "timeout": 5.0,
        "headers": {},
        "clock": lambda: 1700000000123,
        "nonce": None,
        "context": None,
        "retries": 0,
        "chance": lambda: 0.0,
    }
    return Settings(**{**given, **changes})


def session_for(server: RawServer, **changes: Any) -> Session:
    return Session(settings_for(server.url, **changes), origin_of(server.url + "/base/"), own_servers=False)


def served() -> Iterator[Callable[..., tuple[RawServer, Session]]]:
    opened: list[tuple[RawServer, Session]] = []

    def start(*answers: Answer, **changes: Any) -> tuple[RawServer, Session]:
        server = RawServer(*answers).__enter__()
        opened.append((server, session_for(server, **changes)))
        return opened[-1]

    yield start
    for server, session in opened:
        session.close()
        server.__exit__(None, None, None)
