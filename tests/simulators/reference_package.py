"""The TypeScript package of the reference exchange, and that exchange."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from certification.folders import EXCHANGES
from certification.profiles import load_profile
from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.assembly import ReferenceOptions
from certification.sandboxes.reference.serve import serve_reference
from sdkgen.api.load import load
from sdkgen.source import SdkOptions
from sdkgen.typescript.emit import emit
from tests.simulators.typescript_sdk import Installed, compiled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = demo_environment({})
_REFERENCE = EXCHANGES / "reference"


def reference_package(folder: Path) -> Installed:
    """Generate, compile and install it."""
    profile = load_profile(_REFERENCE / "profile.yaml")
    api = load((_REFERENCE / "openapi.yaml").read_bytes(), streams=(_REFERENCE / "asyncapi.yaml").read_bytes())
    options = SdkOptions(
        package="@openxapi/reference",
        version="1.0.0",
        exchange_id="reference",
        exchange_name="Reference",
        recipe=profile.signing,
        behaviour=profile.behaviour,
    )
    return compiled(emit(api, options), folder)


@contextmanager
def reference_exchange() -> Iterator[str]:
    """Run the exchange on a free port; gives its address."""
    with serve_reference(ReferenceOptions(port=0)) as url:
        yield url
