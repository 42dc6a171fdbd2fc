"""Large real descriptions, checked by the real toolchain."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from sdkgen.api.load import load
from sdkgen.go.emit import emit
from sdkgen.source import SdkOptions
from tests.simulators.go_sdk import GoSdk

pytestmark = pytest.mark.toolchain


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param("binance/spot-openxapi.yaml", id="binance-spot"),
        pytest.param("kucoin/spot.json", id="kucoin-spot"),
        pytest.param("coinbase/cdp.yaml", id="coinbase-cdp"),
        pytest.param("hyperliquid/rest.yaml", id="hyperliquid"),
    ],
)
def test_a_large_sdk_is_formatted_and_vetted(specs_folder: Path, options: SdkOptions, tmp_path: Path, spec: str) -> None:
    api = load((specs_folder / spec).read_bytes())
    began = time.process_time()
    sdk = GoSdk(emit(api, replace(options, package="github.com/openxapi/large-go")), tmp_path)
    assert time.process_time() - began < 10
    sdk.write()
    assert sdk.unformatted() == ""
    assert sdk.vet() == ""
