"""Generating Binance spot's SDKs: ours against OpenAPI Generator, one language after the other, in the same run."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import BenchmarkError, Cost, measure
from benchmarks.subject import BIN, binance_spot, environment
from benchmarks.table import Table, ratio, seconds, size
from sdkgen.errors import BackendError
from sdkgen.language import Language
from sdkgen.openapi_generator.command import installed

_THEIR_NAMES = {Language.PYTHON: "python", Language.TYPESCRIPT: "typescript-fetch", Language.GO: "go"}
_CODE = {Language.PYTHON: "*.py", Language.TYPESCRIPT: "*.ts", Language.GO: "*.go"}
_PROFILE = """\
id: bench
name: Bench
spec: {{rest: {{file: {file}}}}}
sdk: {{packages: {{python: bench, typescript: bench, go: example.com/bench-go}}}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A generated tree and what it cost."""

    cost: Cost
    files: int
    size: int
    code: int
    """Bytes of the files in the language itself, without documentation and metadata."""


def measured() -> tuple[Table, ...]:
    """Both generators on all three languages, then ours where nothing has changed.

    Raises:
        BenchmarkError: the description or OpenAPI Generator is not there, or a generator failed.
    """
    description = binance_spot()
    with tempfile.TemporaryDirectory(prefix="certify-bench-") as name:
        work = Path(name)
        pairs = {language: (_ours(description, language, work), _theirs(description, language, work)) for language in Language}
        first, again = (_all_languages(description, work) for _ in range(2))
        if "unchanged" in first.printed or first.printed.count(", unchanged") == again.printed.count(", unchanged"):
            raise BenchmarkError(f"the first time had to write and the second not to: {first.printed!r}, {again.printed!r}")
        return _comparison(pairs), _together(first, again, [theirs.cost for _, theirs in pairs.values()]), _unchanged(description, work)


def _ours(description: Path, language: Language, work: Path) -> _Made:
    out = work / "ours" / language.value
    argv = (str(BIN / "certify"), "generate", str(description), "--language", language.value, "--out", str(out))
    cost = measure(argv, folder=work, environment=environment(work / f"home-{language.value}"))
    return _made(cost, out / language.value, language)


def _all_languages(description: Path, work: Path) -> Cost:
    """One command for all three, into the same folder each time."""
    argv = (str(BIN / "certify"), "generate", str(description), "--out", str(work / "together"))
    return measure(argv, folder=work, environment=environment(work / "home-together"))


def _together(first: Cost, again: Cost, theirs: list[Cost]) -> Table:
    """Three languages: our one command against their three, and our command given again."""
    wall, processor, peak = sum(cost.wall_s for cost in theirs), sum(cost.cpu_s for cost in theirs), max(cost.peak_bytes for cost in theirs)
    return Table(
        title="Generation: Binance spot, three languages from cold start",
        columns=("", "time", "processor", "peak memory"),
        rows=(
            ("certify generate, all three", seconds(first.wall_s), seconds(first.cpu_s), size(first.peak_bytes)),
            ("OpenAPI Generator, three runs", seconds(wall), seconds(processor), size(peak)),
            ("theirs / ours", ratio(first.wall_s, wall), ratio(first.cpu_s, processor), ratio(first.peak_bytes, peak)),
            ("certify generate again, nothing changed", seconds(again.wall_s), seconds(again.cpu_s), size(again.peak_bytes)),
        ),
        notes=("the last row holds the start of the interpreter; memory of several processes is added up, shared pages counted in each",),
    )


def _theirs(description: Path, language: Language, work: Path) -> _Made:
    out = work / "theirs" / language.value
    try:
        program = installed()
    except BackendError as error:
        raise BenchmarkError(str(error)) from error
    options = (f"--input-spec={description}", f"--generator-name={_THEIR_NAMES[language]}", f"--output={out}", "--skip-validate-spec")
    return _made(measure((*program, "generate", *options), folder=work), out, language)


def _made(cost: Cost, folder: Path, language: Language) -> _Made:
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    code = sum(size for path, size in sizes.items() if path.match(_CODE[language]) and "test" not in path.relative_to(folder).parts)
    return _Made(cost=cost, files=len(sizes), size=sum(sizes.values()), code=code)


def _comparison(pairs: dict[Language, tuple[_Made, _Made]]) -> Table:
    rows = []
    for language, (ours, theirs) in pairs.items():
        rows += [_row(f"{language.value}: certify generate", ours), _row(f"{language.value}: OpenAPI Generator", theirs)]
        rows.append(
            (
                f"{language.value}: theirs / ours",
                ratio(ours.cost.wall_s, theirs.cost.wall_s),
                ratio(ours.cost.cpu_s, theirs.cost.cpu_s),
                ratio(ours.cost.peak_bytes, theirs.cost.peak_bytes),
                ratio(ours.files, theirs.files),
                ratio(ours.size, theirs.size),
                ratio(ours.code, theirs.code),
            )
        )
    return Table(
        title="Generation: Binance spot, 382 operations",
        columns=("", "time", "processor", "peak memory", "files", "bytes", "code only"),
        rows=tuple(rows),
        notes=(
            "one cold process each, reading the description included; memory is the resident memory of the whole process tree",
            "OpenAPI Generator as it comes, with a heap of 1,500 MB; 'code only' leaves out its tests and both sides' documentation",
        ),
    )


def _row(name: str, made: _Made) -> tuple[str, ...]:
    cost = made.cost
    return (name, seconds(cost.wall_s), seconds(cost.cpu_s), size(cost.peak_bytes), f"{made.files:,}", size(made.size), size(made.code))


def _unchanged(description: Path, work: Path) -> Table:
    """``certify watch --once`` twice: the second finds the same bytes."""
    exchange = work / "exchanges" / "bench"
    exchange.mkdir(parents=True)
    (exchange / "profile.yaml").write_text(_PROFILE.format(file=description.name))
    (exchange / description.name).write_bytes(description.read_bytes())
    home = work / "home-watch"
    argv = (str(BIN / "certify"), "watch", "--once", "--exchange", "bench")
    rounds = [measure(argv, folder=work, environment=environment(home, CERTIFY_EXCHANGES=str(exchange.parent))) for _ in range(2)]
    first, second = rounds
    if "regenerated" not in first.printed or "regenerated" in second.printed:
        raise BenchmarkError(f"the first look had to regenerate and the second not to: {first.printed!r}, {second.printed!r}")
    names = ("first look: all three SDKs", "second look: nothing changed")
    rows = tuple((name, seconds(cost.wall_s), seconds(cost.cpu_s), size(cost.peak_bytes)) for name, cost in zip(names, rounds, strict=True))
    last = ("first / second", *(ratio(second, first) for first, second in _both(first, second)))
    return Table(title="Regeneration: certify watch --once, twice", columns=("", "time", "processor", "peak memory"), rows=(*rows, last))


def _both(first: Cost, second: Cost) -> tuple[tuple[float, float], ...]:
    return ((first.wall_s, second.wall_s), (first.cpu_s, second.cpu_s), (first.peak_bytes, second.peak_bytes))
