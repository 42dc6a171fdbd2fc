from __future__ import annotations

from pathlib import Path

import pytest

from reports.clearance import Requirements, verify_folder
from reports.errors import KeyFileError, LogError, PublishError, ReportError
from reports.issue import issue
from reports.log import Log, LogEntry
from reports.registries import pypi
from reports.registries.static import StaticRegistry
from reports.signers import open_keys
from tests.simulators.certified_run import FINISHED, NOW, CertifiedRun


def test_a_full_disk_is_one_clear_line_everywhere(run: CertifiedRun, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    clearance = verify_folder(run.folder, Requirements(trust=run.keys.trust, now=NOW))
    entry = LogEntry(kind="certificate", envelope="f" * 64, exchange="sample", run_id="r", logged_at=NOW)
    request.getfixturevalue("full_disk")

    with pytest.raises(ReportError, match=r"the report can't be written .* free space") as report:
        issue(run.report, tmp_path / "other", signers=(run.keys.signer,), log=run.log, now=FINISHED)
    with pytest.raises(LogError, match="the log can't be written"):
        run.log.append(entry)
    with pytest.raises(KeyFileError, match="the keys can't be used"):
        open_keys(tmp_path / "new-keys", now=NOW)
    with pytest.raises(PublishError, match=r"the registry can't be written .* publish again"):
        pypi.publish(run.packages[0], clearance, StaticRegistry(folder=tmp_path / "registry"))
    assert "\n" not in str(report.value)
    assert Log(tmp_path / "log", signer=run.keys.signer, trust=run.keys.trust).entries()[0].run_id == run.report.run_id


def test_issuing_again_gives_the_same_files(run: CertifiedRun) -> None:
    before = {path.name: path.read_bytes() for path in run.folder.glob("report*")}

    again = issue(run.report, run.folder, signers=(run.keys.signer,), log=run.log, now=NOW)

    assert again == run.issued
    assert {path.name: path.read_bytes() for path in run.folder.glob("report*")} == before
    assert len(run.log.entries()) == 1
