from __future__ import annotations

from pathlib import Path

import pytest

from reports.errors import ReportError
from reports.render.folder import render_into
from reports.report import Report
from tests.simulators.certified_run import NOW


def test_every_rendering_stands_in_the_folder(made: Report, tmp_path: Path) -> None:
    render_into(made, tmp_path / "out", now=NOW, envelope_digest="a" * 64, key_ids=("b" * 64,))

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "badge.json",
        "badge.svg",
        "report.html",
        "report.junit.xml",
        "report.sarif",
    ]
    assert b"certified silver" in (tmp_path / "out/badge.svg").read_bytes()


def test_a_folder_that_can_not_be_written_is_one_clear_line(made: Report, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")

    with pytest.raises(ReportError, match="the report can't be written"):
        render_into(made, tmp_path / "out", now=NOW, envelope_digest="", key_ids=())
