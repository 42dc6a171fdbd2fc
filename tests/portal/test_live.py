from __future__ import annotations

from pathlib import Path

import pytest

from portal.app import create_app
from tests.portal.conftest import Kept
from tests.simulators.installing import with_go, with_npm, with_pip
from tests.simulators.served import served


@pytest.mark.toolchain
def test_plain_pip_npm_and_go_install_from_the_live_portal(kept: Kept, tmp_path: Path) -> None:
    with served(create_app(kept.settings)) as url:
        python = with_pip(tmp_path / "python", f"{url}/packages/pypi/simple/", "openxapi-sample==1.2.0")
        node = with_npm(tmp_path / "node", f"{url}/packages/npm/", "@openxapi/sample@1.2.0")
        go = with_go(tmp_path / "go", f"{url}/packages/go", "example.test/openxapi/sample-go")
    assert python.run("import openxapi_sample; print(openxapi_sample.greet())") == "hello\n"
    assert node.run('import { greet } from "@openxapi/sample"; console.log(greet());') == "hello\n"
    program = 'package main\n\nimport sample "example.test/openxapi/sample-go"\n\nfunc main() { println(sample.Greet()) }\n'
    assert go.run(program) == "hello\n"
