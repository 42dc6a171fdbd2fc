"""An account's statement: an entry for everything that changes what it has, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.checks.balances import fills_told, total_of, traded_assets
from certification.checks.catalogue import check
from certification.checks.entries import Entry, chain_breaks, new_entries, statement_lists
from certification.checks.scene import MootError, accepted_step, ask_of
from certification.evidence.facts import UnclearError, holdings, is_accepted, text_or_empty, texts
from certification.evidence.record import Evidence, Scenario, ScenarioStep
from certification.model import Answer

_STORY = "statement.after-trading"
_OF_FILLS = frozenset({"", "trade", "fee"})
_ZERO = Decimal(0)
_SIDES = (("buy", 1), ("sell", -1))


def _sums(entries: tuple[Entry, ...]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for entry in entries:
        found[entry.asset] = found.get(entry.asset, _ZERO) + entry.change
    return found


@check(
    requirement="Every change of a balance has its entry: what a statement's new entries add up to is what the balances changed by.",
    remediation="Write the entry, with its fee, in the transaction that changes the balance, from the same number.",
)
def entries_add_up(evidence: Evidence) -> Iterator[Answer]:
    """After orders were filled (and something withdrawn), the new entries of each asset add up to its change, to the last digit.

    A statement is what accounts, taxes and audits are made from: a fee that it hides is money that nobody can explain.
    """

    def question(scenario: Scenario) -> list[str]:
        before, after = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("before", "after"))
        base, quote = traded_assets(_a_trade(scenario), before)
        new = _sums(new_entries(scenario))
        told = {each.asset for each in statement_lists(scenario) if each.asset}
        changes = {asset: total_of(after, asset) - total_of(before, asset) for asset in told or {base, quote, *new}}
        return [
            f"{asset} changed by {change:f}; its new entries add up to {new.get(asset, _ZERO):f}"
            for asset, change in sorted(changes.items())
            if change != new.get(asset, _ZERO)
        ]

    return ask_of(evidence, _STORY, question)


@check(
    requirement="A statement's running balance goes from entry to entry by what each says, and ends at what the account has.",
    remediation="Store the balance that the entry leaves, read in the transaction that writes it; never work it out for a page.",
)
def balances_follow_from_entries(evidence: Evidence) -> Iterator[Answer]:
    """In each asset, every entry's balance is the one before it and its own change, over all pages; the newest is the account's balance."""

    def question(scenario: Scenario) -> list[str]:
        after = holdings(accepted_step(scenario, "balances after"))
        complaints, seen = [], False
        for told in statement_lists(scenario):
            for asset in dict.fromkeys(entry.asset for entry in told.entries):
                mine = [entry for entry in told.entries if entry.asset == asset]
                if len(mine) < 2 or any(entry.balance is None for entry in mine):  # noqa: PLR2004 - one entry follows from nothing
                    continue
                seen = True
                breaks, newest = chain_breaks(mine)
                complaints += [f"{asset}: {each}" for each in breaks]
                if not breaks and asset in after and newest is not None and newest != total_of(after, asset):
                    complaints.append(f"{asset}: the newest entry's balance is {newest:f}, the account has {total_of(after, asset):f}")
        if not seen:
            raise MootError("the profile reads no balance from the statement's entries")
        return complaints

    return ask_of(evidence, _STORY, question)


@check(
    requirement="Entries name the fills or orders that they are of, and agree with them in quantity, price and fee.",
    remediation="Keep the trade's or the order's id in the entry, and write one entry for each asset that a fill moves.",
)
def fills_have_their_entries(evidence: Evidence) -> Iterator[Answer]:
    """The new entries that name an order, or its fills, add up to what those fills say that they moved, fee included."""

    def question(scenario: Scenario) -> list[str]:
        before = holdings(accepted_step(scenario, "balances before"))
        base, quote = traded_assets(_a_trade(scenario), before)
        new = [entry for entry in new_entries(scenario) if entry.kind in _OF_FILLS]
        if not any(entry.reference for entry in new):
            raise MootError("the profile reads no reference from the statement's entries")
        told = {each.asset for each in statement_lists(scenario) if each.asset}
        complaints, named = [], set()
        for side, sign in _SIDES:
            expected, names = _moved(scenario, side, sign, base, quote)
            named |= names
            mine = tuple(entry for entry in new if entry.reference in names)
            complaints += [
                f"the {side}'s fills move {amount:f} {asset}; the entries that name them add up to {_sums(mine).get(asset, _ZERO):f}"
                for asset, amount in sorted(expected.items())
                if (asset in told or not told) and abs(_sums(mine).get(asset, _ZERO) - amount) >= _rounded_away(mine, asset)
            ]
        all_told = all(_is_told(scenario, f"fills of the {side}") for side, _ in _SIDES if _is_told(scenario, side))
        strange = all_told and any(entry.kind == "trade" and entry.reference not in named | {""} for entry in new)
        return complaints + ["an entry of a trade names something that is no fill or order of the account's"] * strange

    return ask_of(evidence, _STORY, question)


def _a_trade(scenario: Scenario) -> ScenarioStep:
    """The first order that was taken in.

    Raises:
        UnclearError: none was.
    """
    for side, _ in _SIDES:
        for each in scenario.steps:
            if each.label == side and is_accepted(each):
                return each
    raise UnclearError("no order was filled")


def _is_told(scenario: Scenario, label: str) -> bool:
    return any(each.label == label and is_accepted(each) for each in scenario.steps)


def _moved(scenario: Scenario, side: str, sign: int, base: str, quote: str) -> tuple[dict[str, Decimal], set[str]]:
    """What an order's fills and their fees moved, and the names that entries may know them by."""
    steps = {each.label: each for each in scenario.steps if is_accepted(each)}
    if side not in steps or f"fills of the {side}" not in steps:
        return {}, set()
    fills = steps[f"fills of the {side}"]
    if not texts(fills, "quantity"):
        return {}, set()
    moved = {base: _ZERO, quote: _ZERO}
    for row in fills_told(fills):
        moved[base] += sign * row.quantity
        moved[quote] -= sign * row.notional
        asset = row.fee_asset or quote
        moved[asset] = moved.get(asset, _ZERO) - row.fee
    names = {text_or_empty(steps[side], "order_id"), *texts(fills, "order_id"), *texts(fills, "trade_id"), *texts(fills, "item_id")}
    return moved, names - {"", "null"}


def _rounded_away(entries: tuple[Entry, ...], asset: str) -> Decimal:
    """One unit for each entry of an asset, of the last digit that they are written with: a product may have more digits than they.

    The entry with most digits tells: others may be written without the noughts at their end.
    """
    exponents = [entry.digits for entry in entries if entry.asset == asset]
    return Decimal(len(exponents)).scaleb(-max(exponents)) if exponents else Decimal(0)


@check(
    requirement="A statement that is asked for one asset, or one kind of entry, tells of no other.",
    remediation="Select by the asset and the kind of the request.",
)
def statements_keep_to_what_is_asked(evidence: Evidence) -> Iterator[Answer]:
    """Asked for one asset, the statement names no other; asked for trades, it holds nothing else."""

    def question(scenario: Scenario) -> list[str]:
        narrowed = [each for each in scenario.steps if each.label.startswith("statement of one") and is_accepted(each)]
        if not narrowed:
            raise MootError("the statement takes neither asset nor kind")
        complaints = []
        for each in narrowed:
            name = each.label.rpartition(" ")[2]
            asked, told = texts(each, f"asked.{name}"), texts(each, name)
            if not told:
                raise UnclearError(f"the profile reads no {name} from the statement's entries, or there are none")
            others = sorted(set(told) - set(asked))
            complaints += [f"asked for the {name} {asked[0]}, the statement tells of {', '.join(others)}"] if others else []
        return complaints

    return ask_of(evidence, _STORY, question)
