"""Which check finds each defect of the fourth exchange.

``python -m benchmarks.fourth [--only NAME]… [--theme NAME]… [--clean N] [--no-contract]``

Its author had not read the product's checks. Exit code 1 where less than 97 in 100 is found by a check of a theme that may rightly name it
and shown again by the finding's command, or a run without a defect finds anything. How: ``benchmarks/stranger.py``.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import fourth_exchange
from benchmarks.fourth_exchange.defects import DEFECTS
from benchmarks.fourth_exchange.gate import Limits
from benchmarks.fourth_exchange.serve import OWNERS, application, keys_from
from benchmarks.served import serving
from benchmarks.stranger import RIGHTLY, Defect, Stranger, main

_RATE = 50.0
"""Calls in a second, of an address and of a key: five times what is documented, or a measurement would take hours. The profile knows."""


@contextmanager
def _serving(defects: tuple[str, ...]) -> Iterator[str]:
    limits = Limits(public_rate=_RATE, private_rate=_RATE)
    with serving(application(keys_from(os.environ), defects, limits)) as url:
        yield url


def _rightly(defect: Defect) -> tuple[str, ...]:
    return RIGHTLY[defect.theme]


def _credentials(name: str) -> tuple[tuple[str, str], ...]:
    word = name.title()
    return (
        (f"OSPREY_{name}_KEY", f"{word}-test-key-of-the-fourth-exchange"),
        (f"OSPREY_{name}_SECRET", base64.b64encode(f"{word}-test-secret-of-the-fourth-exchange".encode()).decode()),
        (f"OSPREY_{name}_PASSPHRASE", f"{word}-test-passphrase"),
    )


OSPREY = Stranger(
    name="fourth",
    folder=Path(fourth_exchange.__file__).parent,
    usual_url="http://127.0.0.1:8092",
    credentials=tuple(pair for name, _, _ in OWNERS for pair in _credentials(name)),
    defects=DEFECTS,
    serving=_serving,
    rightly=_rightly,
)

if __name__ == "__main__":
    sys.exit(main(OSPREY, __doc__))
