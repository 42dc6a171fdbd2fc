"""``certify generate``: SDK sources only."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.several import Several
from flows.settings import read_exchanges, read_portal, read_settings
from flows.stages.stamp import Asked, Stamps
from flows.stages.subject import Subject, is_url, name_from, subject_of
from sdkgen.language import Backend, Language

if TYPE_CHECKING:
    from sdkgen.source import SdkSource


@click.command("generate")
@click.argument("exchange", metavar="EXCHANGE-or-DESCRIPTION")
@click.option("--language", "languages", type=Several(*Language), default=",".join(Language), show_default=True)
@click.option("--streams", metavar="FILE-or-URL", help="AsyncAPI description that goes with a REST description.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder that gets one folder per language. Default: sdks/<exchange>/")
@click.option("--backend", type=click.Choice([backend.value for backend in Backend]), default="native", show_default=True)
@click.option("--check", is_flag=True, help="Write nothing; fail if the tree on disk differs.")
def command(*, exchange: str, languages: tuple[str, ...], streams: str | None, out: Path | None, backend: str, check: bool) -> int:
    """Write the SDK sources of an exchange (an id or a profile), or of an API description (a file or URL; OpenAPI, Swagger or AsyncAPI).

    A stamp beside the trees (.certify-stamp.json) holds the SHA-256 of what each was made from. A tree whose inputs, generator and files
    are still the same is not written again; --check always compares with what would be generated.

    Beside them stands names.lock.json too: every public name, which the next generation keeps, whatever the description calls things then.
    Without one there, that of the profile's folder counts, and beside it the names of the last run. Keep both files with the sources.

    A tree's folder of extensions (src/<module>/extensions, src/extensions, extensions) is yours: what you write there stays, and is
    part of the package.
    """
    wanted = tuple(Language(name) for name in languages)
    asked = Asked(exchange=exchange, exchanges=read_exchanges(), streams=streams or "", portal=read_portal())
    if not check and Backend(backend) is Backend.NATIVE and _all_there(out or Path("sdks") / _likely_id(exchange), asked, wanted):
        return 0
    with _no_collections():
        subject = subject_of(exchange, read_settings(), streams=streams)
        folder = out or Path("sdks") / subject.id
        if check:
            return _compare(subject, folder, wanted, Backend(backend))
        _write(subject, folder, wanted, Backend(backend), asked)
    return 0


@contextmanager
def _no_collections() -> Iterator[None]:
    """Leave the garbage collector out for a moment: all that generating makes is in use, and looking through it costs a tenth."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _likely_id(exchange: str) -> str:
    """The default folder's name, told without reading anything; a profile elsewhere may have another id, and then no stamp is found."""
    path = Path(exchange)
    if path.name == "profile.yaml":
        return path.parent.name
    return name_from(exchange) if is_url(exchange) or path.is_file() else path.name


def _all_there(folder: Path, asked: Asked, languages: tuple[Language, ...]) -> bool:
    stamps = Stamps(folder, asked)
    lines = [stamps.line_for(language) for language in languages]
    if None in lines:
        return False
    for language, line in zip(languages, lines, strict=True):
        click.echo(f"{folder / language.value}: {line}, unchanged")
    return True


def _write(subject: Subject, folder: Path, languages: tuple[Language, ...], backend: Backend, asked: Asked) -> None:
    from certification.files import write_atomically  # noqa: PLC0415 - none of these is needed where nothing changed
    from flows.stages.beside import beside_each_other  # noqa: PLC0415
    from flows.stages.tree import write_source  # noqa: PLC0415
    from sdkgen.source import LOCK_FILE  # noqa: PLC0415

    source_of, lock, refused = _generator(subject, backend, folder)
    left_out = f", without {refused} parts of the description that can't be read (certify describe names them)" if refused else ""

    def written(language: Language) -> str:
        source = source_of(language)
        write_source(source, folder / language.value)
        return f"{source.package} {source.version}, {source.operations} operations, {len(source.files)} files{left_out}"

    stamps = Stamps(folder, asked)
    for language in languages:
        stamps.forget(language)
    lines = beside_each_other([partial(written, language) for language in languages])
    kept = folder / LOCK_FILE
    if lock is not None and (not kept.is_file() or kept.read_bytes() != lock):
        write_atomically(kept, lock)
    for language, said in zip(languages, lines, strict=True):
        if subject.files is not None and backend is Backend.NATIVE:
            stamps.write(language, inputs=(*subject.files, kept), said=said)
        click.echo(f"{folder / language.value}: {said}")


def _compare(subject: Subject, folder: Path, languages: tuple[Language, ...], backend: Backend) -> int:
    from flows.stages.tree import differences  # noqa: PLC0415
    from sdkgen.source import LOCK_FILE  # noqa: PLC0415

    different = False
    source_of, lock, _ = _generator(subject, backend, folder)
    kept = folder / LOCK_FILE
    if lock is not None and (not kept.is_file() or kept.read_bytes() != lock):
        different = True
        click.echo(f"{kept} differs from what would be generated", err=True)
    for language in languages:
        target = folder / language.value
        for path in differences(source_of(language), target):
            different = True
            click.echo(f"{target / path} differs from what would be generated", err=True)
    return 1 if different else 0


def _generator(subject: Subject, backend: Backend, folder: Path) -> tuple[Callable[[Language], SdkSource], bytes | None, int]:
    """What writes a subject's SDK in a language, the names lock that it leaves, and how much was refused. The description is read once."""
    match backend:
        case Backend.NATIVE:
            from flows.stages.names import lock_beside  # noqa: PLC0415
            from flows.stages.tree import with_hand_written  # noqa: PLC0415
            from sdkgen.api.load import load  # noqa: PLC0415
            from sdkgen.api.lock import NO_LOCK, with_names  # noqa: PLC0415
            from sdkgen.api.model import IssueKind  # noqa: PLC0415
            from sdkgen.generate import generate  # noqa: PLC0415

            read = load(
                subject.description,
                overlays=subject.overlays,
                streams=subject.streams,
                stream_overlays=subject.stream_overlays,
                source=subject.source,
                streams_source=subject.streams_source,
            )
            api, lock = with_names(read, lock_beside(folder, subject.folder, subject.published or NO_LOCK))
            refused = sum(issue.kind is IssueKind.REFUSED for issue in api.issues)
            return (
                lambda language: generate(
                    api, language, with_hand_written(subject.options_of(language), language, folder / language.value)
                ),
                lock.text(),
                refused,
            )
        case Backend.OPENAPI_GENERATOR:
            from sdkgen import openapi_generator  # noqa: PLC0415

            return (
                lambda language: openapi_generator.emit(
                    subject.description, language, subject.options_of(language), overlays=subject.overlays
                ),
                None,
                0,
            )
