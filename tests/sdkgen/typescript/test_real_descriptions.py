from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sdkgen.api.json_text import loads_exact, same_json
from sdkgen.api.load import load
from sdkgen.api.model import ObjectType, Reference
from sdkgen.api.values import Values
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.source import SdkOptions
from sdkgen.typescript.emit import emit
from tests.simulators.typescript_sdk import compiled, harness, readme_programs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.toolchain

RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    placements=(
        Placement(carrier=Carrier.QUERY, name="timestamp", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.QUERY, name="signature", value=Value.SIGNATURE),
    ),
    payload=(Part(value=Value.QUERY),),
)
OPTIONS = SdkOptions(package="@openxapi/real", version="0.1.0", exchange_id="real", exchange_name="Real", recipe=RECIPE)


@pytest.mark.parametrize(
    "description", ["binance/spot-openxapi.yaml", "kucoin/spot.json", "coinbase/prime.yaml", "kraken/futures-rest.yaml"]
)
def test_a_real_exchange_compiles_strictly_and_loses_nothing(specs_folder: Path, tmp_path: Path, description: str) -> None:
    api = load((specs_folder / description).read_bytes())
    source = emit(api, OPTIONS)
    assert source.operations == len(api.operations)
    assert source.types == len(api.types)
    assert source.fields == sum(len(each.fields) for each in api.types if isinstance(each, ObjectType))
    installed = compiled(source, tmp_path / "sdk")
    files = [path for path in installed.package.rglob("*") if path.is_file()]
    assert len(source.files) < 80
    assert sum(path.stat().st_size for path in files) < 4_000_000  # both source and compiled, documented in full
    assert installed.type_errors(*readme_programs(installed)) == ""
    values = Values(api)
    with harness(installed) as running:
        assert len(running.ask({"id": 0, "describe": {}})["described"]["types"]) == len(api.types)
        for declared in api.types:
            for sample in values.examples(Reference(name=declared.name), seed=1, count=4):
                answer = running.ask(f'{{"id":1,"decode":{{"type":"{declared.name.pascal()}","value":{sample.value}}}}}')
                assert "decoded" in answer, (declared.name.pascal(), sample, answer)
                assert same_json(answer["decoded"], loads_exact(sample.value)), (declared.name.pascal(), sample)
