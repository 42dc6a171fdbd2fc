"""What a call costs the caller: sign, send, read an order book of 1,000 levels. Ours against ccxt, Binance's own SDK, OpenAPI Generator's.

All call the same canned exchange on the loopback interface, one call after the other, each client in a process of its own, taking
turns. The peers come from their registries in the versions below.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import BenchmarkError, measure
from benchmarks.subject import BIN, REPOSITORY, binance_spot, environment
from benchmarks.table import Table, ratio, seconds
from certification.folders import EXCHANGES
from certification.profiles import load_profile
from flows.stages.source import options_for
from flows.stages.tree import write_source
from sdkgen.api.load import load
from sdkgen.generate import generate
from sdkgen.language import Language

_LEVELS = 1000
_CALLS = 60
_TURNS = 3
_ROUNDS = {"Python": 5, "TypeScript": 15}
"""What each language's clock does; a JavaScript engine goes on compiling for a thousand calls."""
_PYTHON_PEERS = ("ccxt==4.5.90", "binance-sdk-spot==13.2.0", "python-dateutil==2.9.0.post0")
_NODE_PEERS = ("ccxt@4.5.84", "@binance/spot@32.0.4")
_CLIENTS = Path(__file__).parent / "clients"
_TOOLCHAIN = REPOSITORY / "certification" / "sdks" / "toolchain" / "node_modules" / ".bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Client:
    """One client and how it is run; the address and the number of calls follow the first two words."""

    title: str
    argv: tuple[str, ...]
    more: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


Times = dict[str, dict[str, float]]


def measured() -> tuple[Table, ...]:
    """Both languages, best of several turns.

    Raises:
        BenchmarkError: a client can't be made, installed or run.
    """
    with tempfile.TemporaryDirectory(prefix="certify-bench-") as name, _exchange() as address:
        work = Path(name)
        clients = (("Python", _python_clients(work / "python")), ("TypeScript", _typescript_clients(work / "typescript")))
        return tuple(_table(language, found, address, work) for language, found in clients)


@contextmanager
def _exchange() -> Iterator[str]:
    argv = (sys.executable, str(Path(__file__).with_name("exchange.py")), str(_LEVELS))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _table(language: str, clients: tuple[_Client, ...], address: str, work: Path) -> Table:
    tries: dict[str, list[Times]] = {client.title: [] for client in clients}
    for _ in range(_TURNS):
        for client in clients:
            tries[client.title].append(_once(client, address, work))
    best = {title: _best(found) for title, found in tries.items()}
    ours = next(iter(best.values()))
    rows = []
    for title, times in best.items():
        rows.append((title, *_cells(times)))
        if times is not ours:
            rows.append(
                (f"  / ours: {title}", *(ratio(ours[what][kind], times[what][kind]) if what in times else "-" for what, kind in _COLUMNS))
            )
    return Table(
        title=f"A call of Binance spot from {language}: what it costs the caller",
        columns=("", "book, time", "book, processor", "signed, time", "signed, processor"),
        rows=tuple(rows),
        notes=(
            f"book: an order book of {_LEVELS:,} levels, public; signed: the list of open orders, of which there is one",
            f"the best of {_TURNS} processes of {_ROUNDS[language]} rounds each; the canned exchange has a process of its own",
            "OpenAPI Generator's client can't sign",
        ),
    )


_COLUMNS = (("book", "wall_s"), ("book", "cpu_s"), ("signed", "wall_s"), ("signed", "cpu_s"))


def _cells(times: Times) -> tuple[str, ...]:
    return tuple(seconds(times[what][kind]) if what in times else "-" for what, kind in _COLUMNS)


def _once(client: _Client, address: str, work: Path) -> Times:
    cost = measure((*client.argv, address, str(_CALLS), *client.more), folder=work, environment={**os.environ, **dict(client.environment)})
    told: Times = json.loads(cost.printed.strip().splitlines()[-1])
    return told


def _best(tries: list[Times]) -> Times:
    return {what: {kind: min(each[what][kind] for each in tries) for kind in times} for what, times in tries[0].items()}


def _ours(language: Language, folder: Path) -> Path:
    """Our SDK's source, by the exchange's own profile, so that it signs."""
    profile = load_profile(EXCHANGES / "binance-spot" / "profile.yaml")
    overlays = tuple((profile.folder / overlay).read_bytes() for overlay in profile.spec.overlays)
    api = load(binance_spot().read_bytes(), overlays=overlays)
    folder.mkdir(parents=True)
    write_source(generate(api, language, options_for(profile, language, "0.1.0")), folder)
    return folder


def _generators(language: Language, folder: Path) -> Path:
    argv = ("generate", str(binance_spot()), "--backend", "openapi-generator", "--language", language.value, "--out", str(folder))
    folder.mkdir(parents=True)
    measure((str(BIN / "certify"), *argv), folder=folder, environment=environment(folder / "home"))
    return folder / language.value


def _python_clients(work: Path) -> tuple[_Client, ...]:
    ours, theirs = _ours(Language.PYTHON, work / "ours") / "src", _generators(Language.PYTHON, work / "generator")
    python = work / "peers" / "bin" / "python"
    uv = str(BIN / "uv")
    measure((uv, "venv", "--quiet", "--python", sys.executable, str(work / "peers")), folder=work)
    measure((uv, "pip", "install", "--quiet", "--python", str(python), *_PYTHON_PEERS), folder=work)
    package = next(theirs.glob("*/__init__.py")).parent.name
    return tuple(
        _Client(title=title, argv=(str(python), str(_CLIENTS / program)), more=more, environment=(("PYTHONPATH", path),))
        for title, program, more, path in (
            ("ours", "ours.py", (), str(ours)),
            ("ccxt", "ccxt_client.py", (), ""),
            ("Binance's own", "official.py", (), ""),
            ("OpenAPI Generator's", "generator.py", (package,), str(theirs)),
        )
    )


def _typescript_clients(work: Path) -> tuple[_Client, ...]:
    ours, theirs = _ours(Language.TYPESCRIPT, work / "ours"), _generators(Language.TYPESCRIPT, work / "generator")
    _compiled(ours, may_complain=False)
    _compiled(theirs, may_complain=True)
    peers = work / "peers"
    peers.mkdir()
    (peers / "package.json").write_text('{"private": true, "type": "module"}')
    npm = (str(BIN / "npm"), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *_NODE_PEERS)
    measure(npm, folder=peers, environment={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"})
    (peers / "node_modules" / "@openxapi").mkdir()
    (peers / "node_modules" / "@openxapi" / "binance-spot").symlink_to(ours)
    for program in _CLIENTS.glob("*.mjs"):
        (peers / program.name).write_bytes(program.read_bytes())
    return tuple(
        _Client(title=title, argv=(str(BIN / "node"), str(peers / program)), more=more)
        for title, program, more in (
            ("ours", "ours.mjs", ()),
            ("ccxt", "ccxt_client.mjs", ()),
            ("Binance's own", "official.mjs", ()),
            ("OpenAPI Generator's", "generator.mjs", (str(theirs / "dist" / "index.js"),)),
        )
    )


def _compiled(folder: Path, *, may_complain: bool) -> None:
    """Compile a package in place. OpenAPI Generator's does not compile strictly: what the compiler writes all the same is used."""
    argv = (str(BIN / "node"), str(_TOOLCHAIN / "tsc"), "-p", "tsconfig.json")
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode and not may_complain:
        raise BenchmarkError(f"tsc ended with {done.returncode}: {done.stdout[-400:]}")
