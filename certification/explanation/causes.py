"""What probably made a finding, derived from what was observed. A rule that does not fit says nothing: no guess is sold as a fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from certification.evidence.facts import UnclearError, is_accepted, numbers, status_class, texts
from certification.evidence.model.agreement import Theme
from certification.explanation.amounts import Pair, factor, one_step, pairs_in, scale, through_float
from certification.explanation.answers import accepted_with_an_error, crash, json_by_another_name
from certification.model import Outcome

if TYPE_CHECKING:
    from certification.evidence.record import ScenarioStep
    from certification.explanation.case import Case

Rule = Callable[["Case"], str]
"""Gives the likely cause as a sentence without its full stop; empty where what was seen does not tell."""

_OK = 2
_FAILURE = 5
_MARKET = "asked.symbol"
_TWICE = 2
_MANY = 3
_FLOAT_INTEGERS = 2**53
_UNSIGNED, _WRONG = "authentication.unsigned_calls_are_refused", "authentication.wrong_signatures_are_refused"
_FLOAT = "passes through a binary float (a double) on its way; keep it as decimal text or an exact decimal"


def likely_cause(cases: tuple[Case, ...]) -> str:
    """What probably made findings of one cause, and where to look; empty where nothing observed tells.

    ``cases`` begins with the finding that stands for all: what it shows counts first.
    """
    what = next((told for case in cases for rule in _WHAT if (told := rule(case))), "")
    where = next((told for case in cases for rule in _WHERE if (told := rule(case))), "")
    return "; ".join(told for told in (what, where) if told)


def _float_amount(case: Case) -> str:
    hit = next((pair for pair in _pairs(case) if through_float(pair.seen, pair.due)), None)
    return f"the amount {_FLOAT}" if hit is not None else ""


def _float_identity(case: Case) -> str:
    """An id that two answers tell otherwise, the one being what a float makes of the other."""
    if case.story is None:
        return ""
    told = {value for step in case.story.steps for value in texts(step, "order_id") if value.isdigit()}
    exact = {int(value) for value in told if int(value) > _FLOAT_INTEGERS}
    lost = next((whole for whole in sorted(exact) if int(float(whole)) != whole and int(float(whole)) in exact), None)
    return f"the id {lost} {_FLOAT.partition(';')[0]}: elsewhere it is told as {int(float(lost))}" if lost is not None else ""


def _fee(case: Case) -> str:
    """A fee that is a telling multiple of what it should be."""
    pair = next((pair for pair in _pairs(case) if pair.what == "fee" or case.finding.check == "balances.fees_are_as_documented"), None)
    by = factor(pair) if pair is not None else None
    amounts = any(other.what in {"quantity", "filled", "notional"} for other in _pairs(case))
    if pair is None or by is None or amounts:  # of another amount another fee is due
        return ""
    if by == 0:
        return "no fee is computed for the fill, or it is not stored with it"
    if one_step(pair):
        return f"the fee is rounded {'up' if abs(pair.seen) > abs(pair.due) else 'down'} where the documented rule does otherwise"
    for name, rate in _rates(case):
        if by == rate:
            twice = ", or charged twice" if by == _TWICE else ""
            return f"the {name}'s rate is applied to the other side of the fill{twice}"
    return "the fee is charged twice" if by == _TWICE else ""


def _rates(case: Case) -> Iterator[tuple[str, Decimal]]:
    """How many times its due a fee is where the rates of maker and taker are mixed up."""
    maker, taker = case.rates
    if maker and taker and maker != taker:
        yield "maker", maker / taker
        yield "taker", taker / maker


def _booked(case: Case) -> str:
    """A balance that is off by exactly what a fill moved, or by its fee."""
    if case.story is None or case.finding.check != "balances.fills_add_up":
        return ""
    fills = next((step for step in case.story.steps if step.label == "fills"), None)
    pair = next(iter(_pairs(case)), None)
    if fills is None or pair is None:
        return ""
    if len(_pairs(case)) > 1 and sum(other.excess for other in _pairs(case)) == 0:
        return "the fee is taken in another asset than the fill names"
    moved = _moved(fills)
    for what, amount in moved:
        if amount and abs(pair.excess) == amount and (what == "fee" or 2 * amount >= abs(pair.due)):
            wrong = (pair.excess < 0) == (pair.due < 0)
            return f"the difference is exactly the {what}: it is booked {'twice' if wrong else 'not at all'}"
    return ""


def _moved(fills: ScenarioStep) -> tuple[tuple[str, Decimal], ...]:
    try:
        prices, quantities, fees = (numbers(fills, name, null_is_none=True) for name in ("price", "quantity", "fee"))
    except UnclearError:
        return ()
    notional = sum((price * quantity for price, quantity in zip(prices, quantities, strict=False)), Decimal(0))
    return (
        ("fee", sum(fees, Decimal(0))),
        ("price times quantity of the fills", notional),
        ("quantity filled", sum(quantities, Decimal(0))),
    )


def _hold(case: Case) -> str:
    """What went from free to held, and did not come back."""
    found = next((match for form in _HOLDINGS if (match := form.search(case.finding.summary))), None)
    if found is None:
        return ""
    free, held, due_free, due_held = (Decimal(found[name]) for name in ("free", "held", "due_free", "due_held"))
    if free + held != due_free + due_held:
        return "money is gone or made, and not only moved between free and held" if found.re is _HOLDINGS[0] else ""
    return (
        "what was held for an order goes on being held"
        if held > due_held
        else "less is held than the open orders need: it is released too early"
    )


_HOLDINGS = (
    re.compile(r": free (?P<due_free>[-\d.]+) and held (?P<due_held>[-\d.]+) became (?P<free>[-\d.]+) and (?P<held>[-\d.]+)"),
    re.compile(r" has (?P<free>[-\d.]+) \w+ free and (?P<held>[-\d.]+) held; by the model (?P<due_free>[-\d.]+) and (?P<due_held>[-\d.]+)"),
)
"""Before and after an order that left nothing behind, and beside the model."""


def _unit(case: Case) -> str:
    power = next((power for pair in _pairs(case) if (power := scale(pair))), 0)
    return (
        f"the amount is 10^{abs(power)} times too {'large' if power > 0 else 'small'}: another unit, or a shifted decimal point"
        if power
        else ""
    )


def _rounding(case: Case) -> str:
    pairs = _pairs(case)
    return "the last digit is rounded the other way than documented, or once more" if pairs and all(map(one_step, pairs)) else ""


def _signature(case: Case) -> str:
    """What is not looked at, by which forgeries are accepted and which are not."""
    check = case.finding.check
    if check == _UNSIGNED:
        return "the operation runs before, or without, authentication: not even a missing signature is noticed"
    if not check.startswith("authentication.") or not case.passed(_UNSIGNED):
        return ""
    if check == _WRONG:
        return "that a signature is there is tested, not that it fits"
    if check == "authentication.changed_requests_are_refused" and case.passed(_WRONG):
        return "the signature is verified, but over less than the whole request: what was changed is not part of what is signed"
    if check in {"authentication.stale_requests_are_refused", "authentication.future_requests_are_refused"} and case.passed(_WRONG):
        return "the timestamp is signed, but not compared with the clock"
    return ""


def _only_on_refused_paths(case: Case) -> str:
    """A field that is wrong only in the list, while the query tells it right: two codes answer one question."""
    by_list = re.search(r"in the open orders, .* by a query", case.finding.summary)
    return "the list is made by other code, or from another store, than the query of one order" if by_list else ""


def _after(case: Case) -> str:
    """What was done just before the model and the exchange part ways."""
    actions = case.parted.actions if case.parted is not None else ()
    kind = next((what for word, what in _KINDS if word in actions[-1]), "") if actions[1:] else ""
    if not kind:
        return ""
    first = not any(word in action for action in actions[:-1] for word, what in _KINDS if what == kind)
    return f"all agreed until {'the first' if first else 'a'} {kind}, so look at what that changes"


_KINDS = (
    ("cancels", "cancellation"),
    ("again", "repeated order"),
)
"""What changes an order that is there already. Kinds of new orders are mixed by chance, so which one came last tells nothing."""


def _one_market(case: Case) -> str:
    """Whether an operation's answers are broken for one market, and for another whole."""
    if not case.finding.check.startswith(("shapes.", "contract.")):
        return ""
    broken = {market for step in case.steps if _is_broken(step) for market in texts(step, _MARKET)}
    whole = {market for step in case.steps if is_accepted(step) and not _is_broken(step) for market in texts(step, _MARKET)}
    if len(broken) != 1 or broken & whole or not whole:
        return ""
    others = " and ".join(sorted(whole))
    return f"only for {broken.pop()}: for {others} the same operation answers as it should, so look at what is set for that market"


def _is_broken(step: ScenarioStep) -> bool:
    """Whether an answer has another shape than described, or is a failure."""
    return step.call is not None and (bool(step.call.flaw) or status_class(step) == _FAILURE)


def _spread(case: Case) -> str:
    """Whether one operation breaks a rule that the others keep, or all of them do."""
    if ":" in case.finding.subject or case.finding.check.startswith(("description.", "model.")):
        return ""
    failed = {finding.subject for finding in case.company if finding.outcome is Outcome.FAILED}
    kept = {finding.subject for finding in case.company if finding.outcome is Outcome.PASSED} - failed
    if len(failed) == 1 and len(kept) >= _MANY:
        return f"{len(kept)} other operations keep this rule, so look at the code of {case.finding.subject} alone"
    if len(failed) >= _MANY and not kept:
        return (
            f"all {len(failed)} operations that were tried break this rule, so look at what they share: a gateway, a filter, a base class"
        )
    return ""


def _languages(case: Case) -> str:
    """Whether one SDK fails or all do."""
    owners = {finding.subject.partition(":")[0] for finding in case.company if finding.outcome in {Outcome.PASSED, Outcome.FAILED}}
    if not owners <= {"python", "typescript", "go"} or len(owners) < _OK:
        return ""
    failed = {finding.subject.partition(":")[0] for finding in case.company if finding.outcome is Outcome.FAILED}
    if failed == owners:
        shared = "the description, the profile, or a rule of the generator"
        return f"the SDKs of all {len(owners)} languages fail alike, so look at what they share: {shared}"
    if len(failed) == 1:
        others = " and ".join(sorted(owners - failed))
        do = "does" if len(owners - failed) == 1 else "do"
        return f"{others} {do} this right from the same description, so look at the runtime of {next(iter(failed))}"
    return ""


def _one_account(case: Case) -> str:
    """Whether of the two sides of a trade only one is booked wrong, while every order and fill is right."""
    differences = case.parted.differences if case.parted is not None else ()
    whose = {difference.told.partition(" ")[0] for difference in differences}
    if len(whose) != 1 or any(difference.theme is not Theme.BALANCES for difference in differences):
        return ""
    return f"orders and fills are right, and only the {whose.pop()} account's balance is wrong: look at how one side of a trade is booked"


def _pairs(case: Case) -> tuple[Pair, ...]:
    sentences = (case.finding.summary, *(difference.told for difference in (case.parted.differences if case.parted else ())))
    return tuple(pair for sentence in sentences for pair in pairs_in(sentence))


_WHAT: tuple[Rule, ...] = (
    _float_identity,
    _float_amount,
    _fee,
    _booked,
    _hold,
    _unit,
    _rounding,
    _signature,
    accepted_with_an_error,
    crash,
    json_by_another_name,
    _only_on_refused_paths,
    _one_account,
)
"""What is wrong: the first that fits is told."""
_WHERE: tuple[Rule, ...] = (_after, _languages, _one_market, _spread)
"""Where to look: the first that fits is told."""
