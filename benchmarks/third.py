"""Which check finds each defect of the third exchange.

``python -m benchmarks.third [--only NAME]… [--theme NAME]… [--clean N] [--no-contract]``

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

from benchmarks import third_exchange
from benchmarks.served import serving
from benchmarks.stranger import RIGHTLY, Defect, Stranger, main
from benchmarks.third_exchange.defects import DEFECTS
from benchmarks.third_exchange.serve import OWNERS, application, keys_from


@contextmanager
def _serving(defects: tuple[str, ...]) -> Iterator[str]:
    with serving(application(keys_from(os.environ), defects)) as url:
        yield url


def _rightly(defect: Defect) -> tuple[str, ...]:
    return RIGHTLY[defect.theme]


def _secret(name: str) -> str:
    return base64.b64encode(f"{name}-test-secret-of-the-third-exchange".encode()).decode()


PETREL = Stranger(
    name="third",
    folder=Path(third_exchange.__file__).parent,
    usual_url="http://127.0.0.1:8091",
    credentials=tuple(
        pair
        for name, _, _ in OWNERS
        for pair in (
            (f"PETREL_{name}_KEY", f"{name.title()}-test-key-of-the-third-exchange"),
            (f"PETREL_{name}_SECRET", _secret(name)),
        )
    ),
    defects=DEFECTS,
    serving=_serving,
    rightly=_rightly,
)

if __name__ == "__main__":
    sys.exit(main(PETREL, __doc__))
