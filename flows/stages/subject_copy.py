"""The exchange as a run saw it, kept with the evidence: an outsider repeats a run's commands from there, on any machine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from certification.evidence.scenarios.run import Replay
from certification.extensions import EXTENSIONS, extensions_of
from certification.files import write_atomically
from certification.profile import ExchangeProfile, Specs, SpecSource
from certification.specs.history import content_of, names_of, overlays_of, streams_of
from flows.request import RunPlan, RunRequest
from sdkgen.language import Language
from sdkgen.source import LOCK_FILE

COPY = "evidence/exchange"
"""In the run's folder: a profile with the description, overlays and streams that it names."""


def replay_of(request: RunRequest) -> Replay:
    """How a person meets the same circumstances again: what commands name, given in the folder that holds the report.

    No path of this machine stands in it: where a profile or description of one's own was named, the copy is.
    """
    copied = request.spec is not None or _is_path(request.exchange)
    named = (("--sandbox", request.sandbox), *(("--fault", fault) for fault in request.faults))
    return Replay(
        exchange=COPY if copied else request.exchange, options=tuple(word for name, value in named if value for word in (name, value))
    )


def _is_path(exchange: str) -> bool:
    """As ``certification.profiles.find_profile`` tells a path from an id."""
    path = Path(exchange)
    return "/" in exchange or path.suffix in {".yaml", ".yml"} or path.is_file()


def copy_subject(plan: RunPlan) -> None:
    """Write the profile with its extensions, and all that the API was read from, into the run's evidence. No secret stands in a profile.

    Raises:
        CertificationError: the kept bytes are gone or were changed.
    """
    folder = plan.out / COPY
    shutil.rmtree(folder, ignore_errors=True)
    streams = streams_of(plan.snapshot)
    contents = {"description": content_of(plan.snapshot)}
    overlays = {f"overlay-{number}.yaml": content for number, content in enumerate(overlays_of(plan.snapshot), 1)}
    names = names_of(plan.snapshot)
    contents |= overlays | ({} if streams is None else {"streams": streams}) | ({} if names is None else {LOCK_FILE: names})
    spec = Specs(
        rest=SpecSource(file="description"), streams=None if streams is None else SpecSource(file="streams"), overlays=tuple(overlays)
    )
    for language in Language:
        contents |= {f"{EXTENSIONS}/{language.value}/{file.path}": file.content for file in extensions_of(plan.profile.folder, language)}
    for name, content in contents.items():
        write_atomically(folder / name, content)
    write_atomically(folder / "profile.yaml", _written(plan.profile.model_copy(update={"spec": spec})))


def _written(profile: ExchangeProfile) -> bytes:
    """As JSON, which is YAML too; only what differs from what a profile without it means."""
    document = profile.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"
