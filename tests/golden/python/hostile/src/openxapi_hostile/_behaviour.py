"""How this exchange wants to be treated beyond single requests."""

from __future__ import annotations

from typing import Final

from ._runtime.behaviour import Behaviour, Clock, Errors, RateLimit

BEHAVIOUR: Final = Behaviour(errors=Errors(success={'ok"': ("true",)}, code=("error['x", "code"), message=('"""', "msg"), codes={'"""\\': "clock", "7": "rate_limit"}), limits=(RateLimit(name='"""\n|', requests=100, per_ms=1000, weights={"list": 5}, signed_only=True, used_header="x-used"),), clock=Clock("download", '"time"', "milliseconds"), repeatable=frozenset({"form"}), order_ids={"list": 'body."client" id`'})
