"""Folders of profiles for small exchanges whose descriptions are files beside them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from tests.simulators.small_description import DOCUMENT

_PROFILE = """\
id: {exchange}
name: {name}
product: Spot
spec:
  rest: {{file: openapi.json}}
sdk:
  packages: {{python: openxapi-{exchange}, typescript: '@openxapi/{exchange}', go: example.test/openxapi/{exchange}-go}}
  version: {version}
"""


def write_exchange(folder: Path, exchange: str, *, name: str = "Small", version: str = "0.1.0") -> Path:
    """``<folder>/<exchange>/`` with a profile and a description; returns the description's file."""
    place = folder / exchange
    place.mkdir(parents=True)
    (place / "profile.yaml").write_text(_PROFILE.format(exchange=exchange, name=name, version=version))
    description = place / "openapi.json"
    write_description(description)
    return description


def write_description(file: Path, *, without: str = "", with_path: str = "") -> None:
    """The small description; without one of its paths, or with one more."""
    document: dict[str, Any] = copy.deepcopy(DOCUMENT)
    if without:
        del document["paths"][without]
    if with_path:
        name = with_path.strip("/").title()
        document["paths"][with_path] = {"get": {"operationId": f"get{name}", "responses": {"200": {"description": "yes"}}}}
    file.write_text(json.dumps(document))
