"""One SDK's source: from a snapshot and a profile, with the version that it deserves, to a tree on disk."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache

from certification.example import trading_example
from certification.extensions import extensions_of
from certification.model import SpecSnapshot
from certification.profile import ExchangeProfile
from certification.specs.diff import diff
from certification.specs.history import content_of, overlays_of
from flows.settings import Settings
from flows.stages.read import read_api
from flows.versions import changelog_of, numbered
from sdkgen import openapi_generator
from sdkgen.behaviour_check import problems
from sdkgen.generate import generate
from sdkgen.language import Backend, Language
from sdkgen.source import SdkOptions, SdkSource

_LOG = logging.getLogger(__name__)


def options_for(profile: ExchangeProfile, language: Language, version: str, *, portal: str = "") -> SdkOptions:
    """What the profile and its folder say of an SDK.

    Raises:
        ProfileError: the folder holds an extension that can't be shipped.
    """
    packages = {
        Language.PYTHON: profile.sdk.packages.python,
        Language.TYPESCRIPT: profile.sdk.packages.typescript,
        Language.GO: profile.sdk.packages.go,
    }
    return SdkOptions(
        package=packages[language],
        version=version,
        exchange_id=profile.id,
        exchange_name=f"{profile.name} {profile.product}".strip(),
        licence=profile.sdk.licence,
        authors=profile.sdk.authors,
        website=profile.website or "",
        base_url=profile.sdk.base_url,
        recipe=profile.signing,
        behaviour=profile.behaviour,
        example=trading_example(profile),
        extensions=extensions_of(profile.folder, language),
        portal=portal,
    )


def numbered_source(profile: ExchangeProfile, snapshot: SpecSnapshot, language: Language, settings: Settings) -> SdkSource:
    """The SDK's source. A source that was never seen gets the next version, as large a step as the description's change asks for.

    Raises:
        DescriptionError: the description can't be understood.
    """
    api = read_api(snapshot)
    for problem in problems(profile.behaviour, api):
        _tell(profile.id, problem)
    options = options_for(profile, language, profile.sdk.version, portal=settings.portal)
    first = generate(api, language, options)
    versions = numbered(
        settings.home / "versions" / f"{profile.id}-{language.value}.json",
        source=first.digest(),
        snapshot=snapshot,
        first=profile.sdk.version,
        changes=lambda old: diff(read_api(old), api),
    )
    if len(versions) == 1 and versions[0].version == first.version:
        return first
    return generate(api, language, replace(options, version=versions[-1].version, changelog=changelog_of(versions)))


@cache
def _tell(exchange: str, problem: str) -> None:
    """Say it once, for all languages."""
    _LOG.warning("%s: %s; left out", exchange, problem)


def plain_source(profile: ExchangeProfile, snapshot: SpecSnapshot, language: Language, *, backend: Backend) -> SdkSource:
    """The SDK's source under the profile's own version, whatever was published before.

    Raises:
        DescriptionError: the description can't be understood.
        BackendError: the backend is not installed, or failed.
    """
    options = options_for(profile, language, profile.sdk.version)
    match backend:
        case Backend.NATIVE:
            return generate(read_api(snapshot), language, options)
        case Backend.OPENAPI_GENERATOR:
            return openapi_generator.emit(content_of(snapshot), language, options, overlays=overlays_of(snapshot))
