"""What the tests of the reports share."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.clearance import Requirements
from tests.simulators.certified_run import NOW, CertifiedRun, finish


@pytest.fixture
def run(tmp_path: Path) -> CertifiedRun:
    return finish(tmp_path)


@pytest.fixture
def asked(run: CertifiedRun) -> Requirements:
    return Requirements(trust=run.keys.trust, now=NOW)
