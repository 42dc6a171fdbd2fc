"""SDKs of the message desk in each language, built once for all that drive them."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.driven import Driven, built
from sdkgen.api.load import load
from sdkgen.behaviour import Behaviour, Clock, RateLimit
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.refusal import Errors, Refusal
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.source import SdkOptions
from sdkgen.stream_protocol import Match, StreamProtocol, StreamRequests
from tests.simulators.message_desk import REST, STREAMS

_PLACED = (
    (Value.KEY, "apiKey", False),
    (Value.WINDOW, "recvWindow", True),
    (Value.TIMESTAMP, "timestamp", True),
    (Value.SIGNATURE, "signature", False),
)
_RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    payload=(Part(value=Value.PAIRS, literal="params"),),
    placements=tuple(
        Placement(carrier=Carrier.BODY, name=name, value=value, within="params", number=number) for value, name, number in _PLACED
    ),
    only_declared=True,
)
LOOKS = RateLimit(
    name="looks",
    requests=5,
    per_ms=500,
    weight=0,
    weights={"look": 1},
    used_header="X-Used",
    remaining_header="X-Left",
    reset_header="X-Reset",
)
"""Of one operation, so short that an answer can come after its window."""
_BEHAVIOUR = Behaviour(
    errors=Errors(code=("code",), message=("msg",), codes={"-2010": Refusal.INSUFFICIENT_FUNDS, "-1021": Refusal.CLOCK}),
    clock=Clock(operation="getTime", place="serverTime"),
    order_ids={"orderPlace": "body.params.newClientOrderId"},
    repeatable=("orderCancel",),
    limits=(RateLimit(name="messages", requests=3, per_ms=60_000, weight=0, weights={"status": 2}), LOOKS),
    streams=StreamProtocol(
        requests=StreamRequests(
            signing=_RECIPE,
            errors=Errors(code=("error.code",), message=("error.msg",)),
            retry_after="error.data.retryAfter",
            acknowledged=Match(when={"ack": "true"}),
        )
    ),
)
_PACKAGES = {Language.PYTHON: "openxapi-desk", Language.TYPESCRIPT: "@openxapi/desk", Language.GO: "github.com/openxapi/desk-go"}


def desk_sdks(folder: Path) -> dict[Language, Driven]:
    """Build them."""
    api = load(json.dumps(REST).encode(), streams=json.dumps(STREAMS).encode())
    programs = {}
    for language, package in _PACKAGES.items():
        options = SdkOptions(package=package, version="1.0.0", exchange_id="desk", exchange_name="Desk", behaviour=_BEHAVIOUR)
        programs[language] = built(generate(api, language, options), folder / language.value)
    return {language: Driven(name=language.value, program=program) for language, program in programs.items()}
