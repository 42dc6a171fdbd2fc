"""Which check finds each defect of the second exchange.

``python -m benchmarks.second [--only NAME]… [--theme NAME]… [--clean N] [--no-contract]``

Exit code 1 where less than 97 in 100 is found so, or a run without a defect finds anything. How: ``benchmarks/stranger.py``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import second_exchange
from benchmarks.second_exchange.defects import DEFECTS
from benchmarks.second_exchange.serve import OWNERS, application, keys_from
from benchmarks.served import serving
from benchmarks.stranger import Defect, Stranger, main


@contextmanager
def _serving(defects: tuple[str, ...]) -> Iterator[str]:
    with serving(application(keys_from(os.environ), defects)) as url:
        yield url


def _rightly(defect: Defect) -> tuple[str, ...]:
    return next(each.themes for each in DEFECTS if each.name == defect.name)


KESTREL = Stranger(
    name="second",
    folder=Path(second_exchange.__file__).parent,
    usual_url="http://127.0.0.1:8090",
    credentials=tuple(
        (f"KESTREL_{name}_{what}", f"{name.title()}-test-{what.lower()}-of-the-second-exchange")
        for name, _, _ in OWNERS
        for what in ("KEY", "SECRET")
    ),
    defects=DEFECTS,
    serving=_serving,
    rightly=_rightly,
)

if __name__ == "__main__":
    sys.exit(main(KESTREL, __doc__))
