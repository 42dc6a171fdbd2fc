"""Runs commands one after the other and says what each took: ``python meter.py PLAN``. Stands alone, beside the program that it measures.

The plan is a JSON list of objects with ``name``, ``argv`` and ``stdin`` (a file, or null). For each, one JSON document a line comes out:
``name``, ``exit_code``, ``held`` (the bytes that it says it holds, where it was asked to measure), ``cpu_ms`` (of the processor, so that a
busy machine does not count), ``peak_kib`` (the most memory that was resident) and ``returned`` (how many of its lines told of a call that
returned). What the commands print goes nowhere else.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

_RETURNED = b'"returned"'
_HELD = re.compile(rb'"measured":{"bytes":(\d+)')


def measured(command: dict[str, Any]) -> dict[str, Any]:
    """Run one command to its end."""
    with Path(command["stdin"] or os.devnull).open("rb") as stdin:
        child = subprocess.Popen(command["argv"], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        returned = 0
        held: list[int] = []
        if child.stdout is not None:
            with child.stdout as lines:
                for line in lines:
                    returned += _RETURNED in line
                    held += [int(found[1])] if (found := _HELD.search(line)) else []
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)  # or it would be waited for again
    scale = 1024 if sys.platform == "darwin" else 1
    return {
        "name": command["name"],
        "exit_code": child.returncode,
        "cpu_ms": round((usage.ru_utime + usage.ru_stime) * 1000),
        "peak_kib": usage.ru_maxrss // scale,
        "returned": returned,
        "held": held,
    }


def main(plan: str) -> None:
    """Measure all commands of the plan, in order."""
    for command in json.loads(Path(plan).read_text()):
        sys.stdout.write(json.dumps(measured(command)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
