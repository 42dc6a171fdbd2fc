from __future__ import annotations

from collections import Counter

from certification.checks.catalogue import catalogue
from certification.levels.standard import STANDARD
from certification.model import Level


def test_every_check_is_weighed_by_exactly_one_rule() -> None:
    weighed = Counter(rule.check for level in STANDARD.levels for rule in level.rules)
    assert {check for check, count in weighed.items() if count > 1} == set()
    assert set(weighed) == {check.id for check in catalogue()}


def test_the_levels_stand_in_order() -> None:
    assert [level.level for level in STANDARD.levels] == [Level.BRONZE, Level.SILVER, Level.GOLD, Level.PLATINUM]


def test_every_check_says_what_it_wants_and_how_to_mend_it() -> None:
    for check in catalogue():
        assert check.documentation, check.id
        assert check.requirement.endswith((".", ")")), check.id
        assert check.remediation.endswith("."), check.id
        assert "_" in check.id, check.id
