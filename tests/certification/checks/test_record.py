from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from certification.checks.catalogue import catalogue
from certification.checks.record import NIGHTS
from certification.evidence.record import AssetChange, Evidence, Night, Observation, SdkEvidence, StrategyResult
from certification.model import Answer, Artefact, File, Outcome, SdkPackage
from sdkgen.language import Language

FIRST = datetime(2026, 1, 1, 3, tzinfo=UTC)


def ask(check: str, evidence: Evidence) -> tuple[Answer, ...]:
    (function,) = (each.answer for each in catalogue() if each.id == f"record.{check}")
    return tuple(function(evidence))


def nights(certified: str) -> tuple[Night, ...]:
    return tuple(
        Night(run_id=f"run-{day}", finished_at=FIRST + timedelta(days=day), certified=good == "+") for day, good in enumerate(certified)
    )


@pytest.mark.parametrize(
    ("past", "outcome", "said"),
    [
        pytest.param(None, Outcome.NOT_OBSERVED, f"0 of {NIGHTS}", id="no record"),
        pytest.param(nights("+" * (NIGHTS - 1)), Outcome.NOT_OBSERVED, f"{NIGHTS - 1} of {NIGHTS}", id="too few"),
        pytest.param(nights("+" * NIGHTS), Outcome.PASSED, "passed", id="all passed"),
        pytest.param(nights("-" + "+" * NIGHTS), Outcome.PASSED, "passed", id="a failure long ago"),
        pytest.param(nights("+" * (NIGHTS - 1) + "-"), Outcome.FAILED, f"1 of the last {NIGHTS}", id="the last one failed"),
    ],
)
def test_only_nights_in_a_row_count(past: tuple[Night, ...] | None, outcome: Outcome, said: str) -> None:
    (answer,) = ask("nightly_runs_passed_in_a_row", Evidence(nights=past))
    assert answer.outcome is outcome
    assert said in answer.summary
    assert answer.evidence == (("2026-01-14 run-13",) if outcome is Outcome.FAILED else ())


def sdk(rebuilt: tuple[str, ...] | None) -> SdkEvidence:
    artefacts = tuple(
        Artefact(kind=kind, file=File(path=kind, digest=digest, size=1)) for kind, digest in (("wheel", "a1"), ("sdist", "b2"))
    )
    package = SdkPackage(language=Language.PYTHON, package="p", version="1.0.0", source_digest="c3", artefacts=artefacts)
    return SdkEvidence(language=Language.PYTHON, package=package, operations=1, types=1, fields=1, rebuilt=rebuilt)


@pytest.mark.parametrize(
    ("sdks", "outcome", "evidence"),
    [
        pytest.param((), Outcome.NOT_OBSERVED, (), id="no SDK"),
        pytest.param((sdk(None),), Outcome.NOT_OBSERVED, (), id="built once"),
        pytest.param((replace(sdk(("a1", "b2")), package=None),), Outcome.NOT_OBSERVED, (), id="not built"),
        pytest.param((sdk(("a1", "b2")),), Outcome.PASSED, (), id="the same"),
        pytest.param((sdk(("a1", "xx")),), Outcome.FAILED, ("a1 / a1", "b2 / xx"), id="other bytes"),
    ],
)
def test_a_second_build_gives_the_same_bytes(sdks: tuple[SdkEvidence, ...], outcome: Outcome, evidence: tuple[str, ...]) -> None:
    (answer,) = ask("packages_build_reproducibly", Evidence(sdks=sdks))
    assert (answer.outcome, answer.evidence) == (outcome, evidence)
    assert answer.subject == ("python" if sdks else "sdks")


def traded(from_trades: str) -> StrategyResult:
    base = AssetChange(asset="BTC", from_fills=Decimal("0.01"), from_balances=Decimal("0.010"), from_trades=Decimal("0.01"))
    quote = AssetChange(asset="USD", from_fills=Decimal(-500), from_balances=Decimal(-500), from_trades=Decimal(from_trades))
    return StrategyResult(
        observation=Observation.COMPLETE,
        base="BTC",
        quote="USD",
        mark=Decimal(50_100),
        orders=3,
        fills=2,
        changes=(base, quote),
        told=("buy 0.01 at 50000: taken",),
        reproduce="certify run x",
    )


@pytest.mark.parametrize(
    ("from_trades", "outcome", "said"),
    [
        pytest.param("-500.00", Outcome.PASSED, "profit and loss of 3 orders and 2 fills is 1 USD three ways", id="one number"),
        pytest.param(
            "-500.01",
            Outcome.FAILED,
            "profit and loss of 3 orders and 2 fills is 1, 1, 0.99 USD: "
            "USD changed by -500 by the fills, -500 by the balances, -500.01 by the trades",
            id="the trades differ",
        ),
    ],
)
def test_profit_and_loss_is_one_number(from_trades: str, outcome: Outcome, said: str) -> None:
    evidence = Evidence(sdks=(replace(sdk(None), strategy=traded(from_trades)),))
    (answer,) = ask("the_reference_strategy_reconciles", evidence)
    assert (answer.subject, answer.outcome, answer.summary) == ("python", outcome, said)
    assert (answer.evidence, answer.reproduce) == (
        (("buy 0.01 at 50000: taken",), "certify run x") if outcome is Outcome.FAILED else ((), "")
    )


def test_a_fee_in_a_third_asset_stands_apart_and_must_agree_too() -> None:
    fee = AssetChange(asset="BNB", from_fills=Decimal("-0.1"), from_balances=Decimal("-0.2"), from_trades=Decimal("-0.1"))
    result = traded("-500")
    evidence = Evidence(sdks=(replace(sdk(None), strategy=replace(result, changes=(*result.changes, fee))),))
    (answer,) = ask("the_reference_strategy_reconciles", evidence)
    assert answer.outcome is Outcome.FAILED
    assert "is 1, 1, 1 USD: BNB changed by -0.1 by the fills, -0.2 by the balances" in answer.summary


@pytest.mark.parametrize(
    ("sdks", "said"),
    [
        pytest.param((), "no SDK was there to trade through", id="no SDK"),
        pytest.param((sdk(None),), "no strategy was traded", id="nobody asked"),
        pytest.param(
            (replace(sdk(None), strategy=StrategyResult(observation=Observation.SKIPPED, reason="only one account")),),
            "only one account",
            id="it could not trade",
        ),
    ],
)
def test_a_strategy_that_did_not_trade_is_no_pass(sdks: tuple[SdkEvidence, ...], said: str) -> None:
    (answer,) = ask("the_reference_strategy_reconciles", Evidence(sdks=sdks))
    assert (answer.outcome, answer.summary) == (Outcome.NOT_OBSERVED, said)
