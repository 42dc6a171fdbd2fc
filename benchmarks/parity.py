"""The same calls in all three languages, byte for byte: ``python -m benchmarks.parity [EXCHANGE]… [--calls N]``.

Makes up calls of an exchange's operations, lets each language's SDK make them against the mock exchange, signed by the profile's
recipe with clock and nonce frozen, and compares method, target, headers (but for the user agent) and body. Exit code 1 where any
differs, or is not what the description asks for.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus_found import default_folder
from benchmarks.cost import BenchmarkError
from benchmarks.parity_calls import more_calls
from benchmarks.parity_message import differences, own_headers
from benchmarks.table import Table, show
from certification.evidence.record import SdkEvidence
from certification.evidence.sdk import ExercisePlan, exercise, plan_exercise
from certification.isolation.process import ProcessRunner
from certification.profile import ExchangeProfile
from certification.profiles import find_profile, load_profile
from certification.sdks.typescript import TOOLS
from flows.stages.source import options_for
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.generate import generate
from sdkgen.language import Language

_DESCRIPTIONS = {
    "binance-spot": "binance/spot-openxapi.yaml",
    "kucoin-spot": "kucoin/spot.json",
    "kraken-futures": "kraken/futures-rest.yaml",
}
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What became of an exchange's calls."""

    exchange: str
    operations: int
    calls: int
    sent: int
    """Calls whose request arrived from every language."""
    same: int
    """Of those, how many are the same bytes in all."""
    signed: int
    own_headers: tuple[str, ...]
    """Headers that were not compared, and differ."""
    wrong: int
    """Requests, over all languages, that are not what the description and the recipe say."""
    differences: tuple[str, ...]


def main(arguments: list[str]) -> int:
    """Print the table and every difference's first examples."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parity", description="the same calls in three languages")
    parser.add_argument("exchange", nargs="*", default=list(_DESCRIPTIONS), help=f"of {', '.join(_DESCRIPTIONS)}")
    parser.add_argument("--calls", type=int, default=1000, help="per exchange (default: 1000)")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.exchange if name not in _DESCRIPTIONS]:
        print(f"parity: {', '.join(unknown)} is none of {', '.join(_DESCRIPTIONS)}", file=sys.stderr)
        return 2
    try:
        results = [_compared(name, asked.calls) for name in asked.exchange]
    except BenchmarkError as error:
        print(f"parity: {error}", file=sys.stderr)
        return 2
    show(_table(results))
    for result in results:
        for difference in result.differences:
            print(f"{result.exchange}: {difference}")
    return 0 if all(result.same == result.calls and not result.wrong for result in results) else 1


def _compared(name: str, count: int) -> Compared:
    """Make the calls in every language.

    Raises:
        BenchmarkError: the description is not there, or an SDK does not build.
    """
    file = default_folder() / _DESCRIPTIONS[name]
    if not file.is_file():
        raise BenchmarkError(f"no description at {file}; set CERTIFY_SPECS to the folder of real descriptions")
    profile = load_profile(find_profile(name))
    content = file.read_bytes()
    overlays = tuple((profile.folder / overlay).read_bytes() for overlay in profile.spec.overlays)
    api = load(content, source=file.name, overlays=overlays)
    plan = more_calls(api, plan_exercise(api, content, overlays=overlays, recipe=profile.signing, seed=1), count)
    with ThreadPoolExecutor(max_workers=len(Language)) as pool:
        evidence = list(pool.map(lambda language: _exercised(api, profile, plan, language), Language))
    return _held_together(name, plan, evidence)


def _exercised(api: Api, profile: ExchangeProfile, plan: ExercisePlan, language: Language) -> SdkEvidence:
    source = generate(api, language, options_for(profile, language, profile.sdk.version))
    with tempfile.TemporaryDirectory(prefix="certify-parity-") as folder, ProcessRunner(tools=(TOOLS,)) as runner:
        evidence = exercise(source, plan, runner, Path(folder))
    if evidence.wire is None:
        failed = next((step for step in evidence.steps if step.exit_code), None)
        raise BenchmarkError(f"the {language.value} SDK made no call: {failed.output[-_SHOWN:] if failed else 'its harness said nothing'}")
    return evidence


def _held_together(name: str, plan: ExercisePlan, evidence: list[SdkEvidence]) -> Compared:
    sent, same = 0, 0
    examples: list[str] = []
    own: set[str] = set()
    kinds: Counter[str] = Counter()
    for cases in zip(*(each.wire or () for each in evidence), strict=True):
        requests = [case.request for case in cases]
        known = [request for request in requests if request is not None]
        sent += len(known) == len(requests)
        own |= {name for one in known for name in own_headers(known[0], one)}
        different = sorted({part for one in known for part in differences(known[0], one)})
        if len(known) < len(requests):
            different = [f"{each.subject} sent nothing" for each, request in zip(evidence, requests, strict=True) if request is None]
        same += not different
        kinds.update(different)
        if different and len(examples) < _SHOWN:
            examples.append(f"{cases[0].case} differs in {', '.join(different)}: {cases[0].call[:300]}; {cases[-1].result[:200]}")
    wrong = [case for each in evidence for case in each.wire or () if case.mismatches]
    said = [f"{case.case} is wrong: {'; '.join(case.mismatches)[:300]}" for case in wrong[:_SHOWN]]
    return Compared(
        exchange=name,
        operations=len({call.operation for call in plan.calls}),
        calls=len(plan.calls),
        sent=sent,
        same=same,
        signed=sum(call.expected.signing is not None for call in plan.calls),
        own_headers=tuple(sorted(own)),
        wrong=len(wrong),
        differences=(*(f"{count} calls differ in {kind}" for kind, count in kinds.most_common()), *examples, *said),
    )


def _table(results: list[Compared]) -> Table:
    own = sorted({name for each in results for name in each.own_headers})
    return Table(
        title="The same calls in Python, TypeScript and Go: method, target, headers but for the user agent, body",
        columns=("exchange", "operations", "calls", "signed", "sent", "the same bytes", "not as described"),
        rows=tuple(
            (each.exchange, *(f"{number:,}" for number in (each.operations, each.calls, each.signed, each.sent, each.same, each.wrong)))
            for each in results
        ),
        notes=(
            "signed by the profile's recipe, clock and nonce frozen; the port in Host is another one in each exercise",
            f"what HTTP clients add about themselves, and differs: {', '.join(own)}",
        ),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
