"""Work beside each other says the same as one piece after the other."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from flows.stages.beside import beside_each_other

PROGRAM = """
import os
from functools import partial
from flows.stages.beside import beside_each_other

here = os.getpid()
said = beside_each_other([partial(lambda number: f"{number} {os.getpid() == here}", number) for number in range(3)])
print(said)

def fails_elsewhere():
    if os.getpid() != here:
        raise RuntimeError("not here")
    return "here"

print(beside_each_other([fails_elsewhere, lambda: "second"]))
"""


def test_pieces_say_in_their_order_and_what_failed_is_done_again() -> None:
    ended = subprocess.run((sys.executable, "-c", PROGRAM), capture_output=True, text=True, check=True, timeout=60)
    first, second = ended.stdout.splitlines()
    assert [piece.split()[0].strip("['") for piece in first.split(",")] == ["0", "1", "2"]
    assert first.endswith("True']"), "the last piece is done here"
    assert second == "['here', 'second']"


def test_a_process_with_threads_is_not_forked() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert beside_each_other([lambda: str(os.getpid())] * 2) == [str(os.getpid())] * 2
    finally:
        done.set()
        thread.join()


def test_what_fails_here_is_raised() -> None:
    def fails() -> str:
        message = "no"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no"):
        beside_each_other([fails])
