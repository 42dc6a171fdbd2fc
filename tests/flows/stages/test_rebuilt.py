"""A second build: made where it is asked about, elsewhere and later, and the same byte for byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from certification.model import Level
from certification.sdks.build import build
from flows.pipeline import prepare
from flows.request import RunRequest
from flows.settings import read_settings
from flows.stages.runner import open_runner
from flows.stages.sdks import _rebuilt
from flows.stages.source import plain_source
from sdkgen.language import Backend, Language
from tests.simulators.small_exchange import write_exchange


@pytest.mark.toolchain
def test_a_second_build_gives_the_same_bytes_and_is_made_only_where_it_is_asked_about(home: Path, tmp_path: Path) -> None:
    settings = read_settings()
    profile = write_exchange(tmp_path / "mine", "small").with_name("profile.yaml")
    plan = prepare(RunRequest(exchange=str(profile), isolation="process"), settings)
    source = plain_source(plan.profile, plan.snapshot, Language.PYTHON, backend=Backend.NATIVE)
    assert _rebuilt(plan, source, settings) is None

    with open_runner(plan, settings) as runner:
        first, _ = build(source, runner, tmp_path / "first")
    assert first is not None
    digests = tuple(artefact.file.digest for artefact in first.artefacts)
    assert _rebuilt(replace(plan, asked=Level.PLATINUM), source, settings) == digests
    files = tuple(replace(file, content=b"class Broken(\n") if file.path.endswith("client.py") else file for file in source.files)
    nightly = replace(plan, request=replace(plan.request, rebuild=True))
    assert _rebuilt(nightly, replace(source, files=files), settings) != digests
