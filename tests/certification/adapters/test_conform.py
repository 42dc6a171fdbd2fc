from collections.abc import Callable
from pathlib import Path

import pytest

from certification.adapters.conform import Kept, check_installed
from certification.adapters.examine import Yardstick
from certification.adapters.manifest import read_adapter
from certification.errors import AdapterError
from certification.isolation.process import ProcessRunner
from tests.simulators.small_adapter import installed, small_adapter, small_profile
from tests.simulators.small_description import DESCRIPTION, small_api

YARDSTICK = Yardstick(api=small_api(), description=DESCRIPTION, overlays=(), profile=small_profile(), seed=1)
OPERATIONS = ("getOrder", "listOrders")

Check = Callable[..., dict[str, Kept]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    def checked(*faults: str, operations: tuple[str, ...] = OPERATIONS) -> dict[str, Kept]:
        adapter = read_adapter(small_adapter(tmp_path / "adapter", *faults, operations=operations))
        with ProcessRunner(state=tmp_path / "state") as runner:
            rules = check_installed(adapter, YARDSTICK, installed(adapter, tmp_path / "work"), runner, tmp_path)
        return {rule.rule: rule for rule in rules}

    return checked


def test_a_program_that_keeps_the_protocol_keeps_every_rule(check: Check) -> None:
    rules = check()
    assert [rule for rule in rules.values() if not rule.kept] == []
    assert len(rules) == 8


def test_what_is_not_kept_is_named_with_what_was_seen(check: Check) -> None:
    rules = check("answers all", "odd kinds", operations=(*OPERATIONS, "nowhere"))
    broken = {rule.rule: rule.told for rule in rules.values() if not rule.kept}
    assert list(broken) == [
        "every operation that it names is the description's",
        "it refuses an unknown operation, and goes on",
        "a status 500 is answered by raised, with a kind of the protocol",
    ]
    assert broken["every operation that it names is the description's"] == "1 are not"
    assert broken["it refuses an unknown operation, and goes on"].startswith("answered returned: ")
    assert '"kind": "odd"' in broken["a status 500 is answered by raised, with a kind of the protocol"]


def test_a_program_that_ends_early_is_found_out(check: Check) -> None:
    rules = check("dies at once")
    broken = [rule.rule for rule in rules.values() if not rule.kept]
    assert "it ends with exit code 0 at the end of input" in broken
    assert "it answers every document once, in order" in broken


def test_a_program_without_a_known_operation_is_refused(check: Check) -> None:
    with pytest.raises(AdapterError, match="none of its operations"):
        check(operations=("nowhere",))
