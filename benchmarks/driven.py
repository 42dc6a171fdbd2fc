"""The reference exchange's SDKs, built in this repository and driven through their harness programs."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from certification.folders import EXCHANGES
from certification.profiles import load_profile
from certification.sdks.program import Program
from flows.stages.source import options_for
from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.api.load import load
from sdkgen.generate import generate
from sdkgen.language import Language
from tests.simulators.go_sdk import GoSdk
from tests.simulators.typescript_sdk import NODE, compiled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from certification.profile import ExchangeProfile
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api
    from sdkgen.source import SdkSource

REFERENCE = EXCHANGES / "reference"
SDKS = ("python", "python-async", "typescript", "go")
"""What can be driven: Python has two kinds of client."""
_LONGEST_S = 60.0
_LONGEST_LINE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """One SDK's harness program, ready to run."""

    name: str
    """One of ``SDKS``."""
    program: Program

    @property
    def asynchronous(self) -> bool:
        """Whether the asynchronous kind of client is to be made."""
        return self.name == "python-async"


def reference_api() -> Api:
    """REST and streams of the reference exchange."""
    return load((REFERENCE / "openapi.yaml").read_bytes(), streams=(REFERENCE / "asyncapi.yaml").read_bytes())


def unnumbered(profile: ExchangeProfile) -> ExchangeProfile:
    """The exchange as if the messages of its books had no numbers: a checksum is all that tells of a loss."""
    streams = profile.behaviour.streams
    assert streams is not None
    assert streams.book is not None
    streams = replace(streams, book=replace(streams.book, sequence=""))
    return profile.model_copy(update={"behaviour": replace(profile.behaviour, streams=streams)})


def driven(names: tuple[str, ...], folder: Path, *, numbered: bool = True) -> tuple[Driven, ...]:
    """Generate and build the SDKs of these names; each language once."""
    api, told = reference_api(), load_profile(REFERENCE / "profile.yaml")
    profile = told if numbered else unnumbered(told)
    programs: dict[Language, Program] = {}
    for name in names:
        language = Language(name.partition("-")[0])
        if language not in programs:
            source = generate(api, language, options_for(profile, language, "0.1.0"))
            programs[language] = built(source, folder / language.value)
    return tuple(Driven(name=name, program=programs[Language(name.partition("-")[0])]) for name in names)


def built(source: SdkSource, folder: Path) -> Program:
    """The harness program of an SDK, built in a folder."""
    match source.language:
        case Language.PYTHON:
            for file in (*source.files, *source.harness):
                path = folder / file.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.content)
            return Program(argv=(sys.executable, "harness.py"), folder=folder, environment=(("PYTHONPATH", str(folder / "src")),))
        case Language.TYPESCRIPT:
            return Program(argv=(str(NODE), "harness.mjs"), folder=compiled(source, folder).folder)
        case Language.GO:
            sdk = GoSdk(source, folder)
            sdk.write()
            sdk.build_harness()
            return Program(argv=(str(sdk.harness / "program"),), folder=folder)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A running harness program: one document in, one out."""

    _process: asyncio.subprocess.Process

    @property
    def process_id(self) -> int:
        """For those who measure it."""
        return self._process.pid

    async def ask(self, document: dict[str, JsonValue]) -> dict[str, JsonValue]:
        """The answer to a document, without its id.

        Raises:
            ConnectionError: the program ended, or says nothing for a minute.
        """
        try:
            async with asyncio.timeout(_LONGEST_S):
                return await self._asked(document)
        except TimeoutError as error:
            raise ConnectionError(f"the harness program says nothing to {dumps_exact(document)}") from error

    async def _asked(self, document: dict[str, JsonValue]) -> dict[str, JsonValue]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{dumps_exact({'id': 1, **document})}\n".encode())
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            raise ConnectionError("the harness program ended before its answer")
        answer = loads_exact(line)
        assert isinstance(answer, dict)
        del answer["id"]
        return answer


@asynccontextmanager
async def conversation(sdk: Driven) -> AsyncIterator[Conversation]:
    """Start the program; it ends when the context does."""
    program = sdk.program
    process = await asyncio.create_subprocess_exec(
        *program.argv,
        cwd=program.folder,
        env={**os.environ, **dict(program.environment)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )
    try:
        yield Conversation(process)
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
