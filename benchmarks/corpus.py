"""Examines every description of a folder in every language: ``python -m benchmarks.corpus [FOLDER]``.

For each: generated, nothing left out, built, installed, strict types clean, every value of every type there and back unchanged. Prints
a line as each ends, then a table, the reason of every failure, and totals. Exit code 1 where something fails.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from benchmarks.corpus_examine import Outcome, Work, examine
from benchmarks.corpus_found import Found, default_folder, descriptions
from benchmarks.cost import BenchmarkError
from benchmarks.table import Table, seconds, show
from sdkgen.language import Language


def main(arguments: list[str]) -> int:
    """Print it; 2 where the folder holds nothing to examine, 1 where something fails."""
    asked = _parser().parse_args(arguments)
    languages = tuple(Language(name) for name in asked.language or Language)
    try:
        chosen = _chosen(descriptions(asked.folder), asked.only or ())
    except BenchmarkError as error:
        print(f"corpus: {error}", file=sys.stderr)
        return 2
    works = [
        Work(found=found, languages=languages, calls=asked.calls, instances=asked.instances)
        for found in sorted(chosen, key=lambda each: -each.size)
    ]
    outcomes = sorted(_all(works, asked.jobs), key=lambda each: (each.description, languages.index(each.language)))
    show(_table(outcomes, languages))
    for line in _reasons(outcomes):
        print(line)
    for line in totals(outcomes, languages):
        print(line)
    return 0 if all(outcome.good for outcome in outcomes) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description="SDKs of every description in a folder")
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder(), help="default: CERTIFY_SPECS")
    parser.add_argument("--language", action="append", choices=[language.value for language in Language], help="may be given again")
    parser.add_argument("--only", action="append", metavar="NAME", help="descriptions whose name holds this; may be given again")
    parser.add_argument("--jobs", type=int, default=2, help="descriptions at a time (default: 2)")
    parser.add_argument("--instances", type=int, default=6, help="made-up values of each response schema (default: 6)")
    parser.add_argument("--calls", action="store_true", help="make every operation's calls against the mock exchange as well")
    return parser


def _chosen(found: tuple[Found, ...], only: Iterable[str]) -> list[Found]:
    wanted = tuple(only)
    chosen = [each for each in found if not wanted or any(name in each.name for name in wanted)]
    if not chosen:
        raise BenchmarkError(f"no description is named {', '.join(wanted)}; the names are {', '.join(each.name for each in found)}")
    return chosen


def _all(works: list[Work], jobs: int) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        for ended in as_completed([pool.submit(examine, work) for work in works]):
            for outcome in ended.result():
                outcomes.append(outcome)
                reason = f": {outcome.reasons[0]}" if outcome.reasons else ""
                print(
                    f"{outcome.description} {outcome.language.value} {outcome.verdict()} in {seconds(outcome.elapsed_s)}{reason}",
                    flush=True,
                )
    return outcomes


def _table(outcomes: list[Outcome], languages: tuple[Language, ...]) -> Table:
    by_name: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_name.setdefault(outcome.description, []).append(outcome)
    names = tuple(language.value for language in languages)
    columns = ("description", "holds", "types", "answers", "refused", *names, "values", "lost", "calls", "wrong")
    return Table(
        title="Corpus: generated whole, built, strict types clean, every value there and back",
        columns=columns,
        rows=tuple(_row(name, group) for name, group in by_name.items()),
        notes=(
            "answers: schemas of answers and heard messages; refused: parts of the description whose meaning can't be known",
            "values (there and back), lost, calls and wrong are sums over the languages",
            "whole: operations or fields are missing; build, types: the tools refuse it; trips: a value came back changed or not at all",
        ),
    )


def _row(name: str, group: list[Outcome]) -> tuple[str, ...]:
    most = max(group, key=lambda each: each.operations)
    holds = f"{most.operations:,} ops" if most.kind == "REST" else f"{most.channels:,} channels"
    counts = (most.types, max(each.responses for each in group), most.refused)
    sums = (sum(each.values for each in group), sum(each.lost for each in group))
    calls = (sum(each.calls for each in group), sum(each.wrong_calls for each in group))
    return (name, holds, *_numbers(counts), *(each.verdict() for each in group), *_numbers(sums), *_numbers(calls))


def _numbers(counts: Iterable[int]) -> Iterable[str]:
    return (f"{count:,}" for count in counts)


def _reasons(outcomes: list[Outcome]) -> Iterable[str]:
    for outcome in outcomes:
        for reason in outcome.reasons:
            yield f"{outcome.description} {outcome.language.value}: {reason}"


def totals(outcomes: list[Outcome], languages: tuple[Language, ...]) -> Iterable[str]:
    """A line per kind and language, and one per kind over all languages."""
    for kind in dict.fromkeys(outcome.kind for outcome in outcomes):
        these = [outcome for outcome in outcomes if outcome.kind == kind]
        for language in languages:
            mine = [outcome for outcome in these if outcome.language is language]
            values, lost = sum(each.values for each in mine), sum(each.lost for each in mine)
            yield f"{kind}, {language.value}: {_shares([[each] for each in mine])}; {values:,} values there and back, {lost:,} lost"
        names = sorted({outcome.description for outcome in these})
        yield f"{kind}, all: {_shares([[each for each in these if each.description == name] for name in names])}"


def _shares(groups: list[list[Outcome]]) -> str:
    """How many pass; and how many do so but for operations or fields that are told to be missing, where those are more."""
    passing = sum(all(each.good for each in group) for group in groups)
    working = sum(all(each.works for each in group) for group in groups)
    told = f", {working} but for missing parts ({_percent(working, len(groups))})" if working > passing else ""
    return f"{passing} of {len(groups)} descriptions pass ({_percent(passing, len(groups))}){told}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f} %"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
