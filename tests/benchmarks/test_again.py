"""What counts as having been shown again."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.again import shown_again


@pytest.mark.parametrize(
    ("command", "again"),
    [
        ("false", True),
        ("true", False),
        ("sh -c 'exit 3'", False),
        ("", False),
        ("no-such-program at-all", False),
        ("curl answers", True),
        ("curl", False),
        ("sh -c 'test -d ../evidence && exit 1'", True),
    ],
)
def test_our_commands_end_with_one_and_curl_prints_an_answer(
    command: str, again: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curl = tmp_path / "curl"
    curl.write_text('#!/bin/sh\necho "$@" | tr -d "\\n"\n')
    curl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert shown_again(command, tmp_path / "evidence") is again
