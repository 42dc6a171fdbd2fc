from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from certification.evidence.record import ScenarioStep
from flows.steps import Steps, digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    at: datetime
    prices: tuple[Decimal, ...]


ANSWER = Answer(at=datetime(2026, 11, 22, tzinfo=UTC), prices=(Decimal("1.10"), Decimal("0.1000000000000000055")))


def never() -> Answer:
    pytest.fail("the step was worked out again")


def test_a_kept_answer_is_not_worked_out_again(tmp_path: Path) -> None:
    assert Steps(tmp_path).answer("step", ("in",), Answer, lambda: ANSWER) == ANSWER
    kept = Steps(tmp_path).answer("step", ("in",), Answer, never)
    assert kept == ANSWER
    assert str(kept.prices[0]) == "1.10"


def test_another_input_never_gets_an_old_answer(tmp_path: Path) -> None:
    other = Answer(at=ANSWER.at, prices=())
    Steps(tmp_path).answer("step", ("in",), Answer, lambda: ANSWER)
    assert Steps(tmp_path).answer("step", ("else",), Answer, lambda: other) == other


def test_an_answer_that_no_longer_holds_is_worked_out_again(tmp_path: Path) -> None:
    Steps(tmp_path).answer("step", (), Answer, lambda: Answer(at=ANSWER.at, prices=()))
    assert Steps(tmp_path).answer("step", (), Answer, lambda: ANSWER, holds=lambda answer: bool(answer.prices)) == ANSWER


def test_a_step_that_fails_keeps_nothing(tmp_path: Path) -> None:
    def broken() -> Answer:
        message = "no"
        raise OSError(message)

    with pytest.raises(OSError, match="no"):
        Steps(tmp_path).answer("step", (), Answer, broken)
    assert Steps(tmp_path).answer("step", (), Answer, lambda: ANSWER) == ANSWER


def test_an_answer_of_another_version_is_worked_out_again(tmp_path: Path) -> None:
    Steps(tmp_path).answer("step", (), Answer, lambda: ANSWER)
    file = next(tmp_path.glob("step-*.json"))
    file.write_text('{"at": 3}')
    assert Steps(tmp_path).answer("step", (), Answer, lambda: ANSWER) == ANSWER


def test_a_digest_tells_different_inputs_apart() -> None:
    assert digest_of("a", "b") != digest_of("ab")
    assert digest_of(ANSWER) == digest_of(ANSWER)


def test_half_a_character_of_an_exchange_s_ends_no_run(tmp_path: Path) -> None:
    told = ScenarioStep(label="place", call=None, facts=(("order_id", "7\ud800"), ("status", "open")))
    first = Steps(tmp_path).answer("step", (), ScenarioStep, lambda: told)
    assert first.facts == (("order_id", "7\ufffd"), ("status", "open"))
    assert Steps(tmp_path).answer("step", (), ScenarioStep, lambda: told) == first
    assert digest_of(first)
