"""``certify generate``: SDK sources only."""

from __future__ import annotations

from pathlib import Path

import click

from certification.model import SpecSnapshot
from certification.profile import ExchangeProfile, SdkNames, SdkSpec, Specs, SpecSource
from certification.profiles import find_profile, load_profile
from flows.commands.options import Several
from flows.settings import Settings, read_settings
from flows.stages.source import differences, plain_source, write_source
from flows.stages.take import take_snapshot
from sdkgen.source import Backend, Language


@click.command("generate")
@click.argument("exchange", metavar="EXCHANGE-or-DESCRIPTION")
@click.option("--language", "languages", type=Several(*Language), default=",".join(Language), show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Folder that gets one folder per language. Default: sdks/<exchange>/")
@click.option("--backend", type=click.Choice([backend.value for backend in Backend]), default="native", show_default=True)
@click.option("--check", is_flag=True, help="Write nothing; fail if the tree on disk differs.")
def command(*, exchange: str, languages: tuple[str, ...], out: Path | None, backend: str, check: bool) -> int:
    """Write the SDK sources of an exchange (an id or a profile), or of an API description (a file or URL)."""
    settings = read_settings()
    profile, snapshot = _subject(exchange, settings)
    folder = out or Path("sdks") / profile.id
    different = False
    for language in (Language(name) for name in languages):
        source = plain_source(profile, snapshot, language, backend=Backend(backend))
        target = folder / language.value
        if not check:
            write_source(source, target)
            click.echo(f"{target}: {source.package} {source.version}, {source.operations} operations, {len(source.files)} files")
            continue
        for path in differences(source, target):
            different = True
            click.echo(f"{target / path} differs from what would be generated", err=True)
    return 1 if different else 0


def _subject(given: str, settings: Settings) -> tuple[ExchangeProfile, SpecSnapshot]:
    """What to generate: a profile, or a bare description with names made from its file's."""
    if not given.startswith(("http://", "https://")) and (not Path(given).is_file() or Path(given).name == "profile.yaml"):
        profile = load_profile(find_profile(given, settings.exchanges))
        return profile, take_snapshot(profile, None, settings)
    profile = _bare_profile(given)
    return profile, take_snapshot(profile, given, settings)


def _bare_profile(description: str) -> ExchangeProfile:
    stem = "".join(character if character.isalnum() else "-" for character in Path(description).stem.lower())
    name = "-".join(word for word in stem.split("-") if word and word.isascii()) or "api"
    name = name if name[0].isalpha() else f"api-{name}"
    sdk = SdkSpec(packages=SdkNames(python=name, typescript=name, go=f"example.com/{name}-go"))
    return ExchangeProfile(id=name[:64].rstrip("-"), name=name, spec=Specs(rest=SpecSource(file=description)), sdk=sdk)
