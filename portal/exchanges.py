"""What the portal knows of each exchange: its profile, its newest certificate, its packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from certification.errors import ProfileError
from certification.model import Level, VerdictOutcome
from certification.profile import ExchangeProfile
from certification.profiles import list_profiles, load_profile
from portal.certificates import part_of
from portal.settings import PortalSettings
from reports.registries.static import Record, records
from reports.render.badge import UNKNOWN, Badge, badge_of
from reports.render.colours import GREY
from reports.status import State
from reports.store import Certificate, CertificateState, Run, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeView:
    """One exchange, as the portal shows it."""

    id: str
    name: str
    product: str
    website: str | None
    certificate: Certificate | None
    state: CertificateState | None
    last_run: Run | None
    badge: Badge
    packages: tuple[Record, ...]
    """The newest release of each language."""


def exchange_views(settings: PortalSettings, store: Store, now: datetime) -> tuple[ExchangeView, ...]:
    """Every exchange with a readable profile, by name."""
    newest = {certificate.exchange_id: certificate for certificate in store.certificates.latest_of_each()}
    released = records(settings.registry)
    views = (_view(profile, newest.get(profile.id), store, released, now) for profile in _profiles(settings))
    return tuple(sorted(views, key=lambda view: (view.name.lower(), view.product.lower())))


def exchange_view(exchange_id: str, settings: PortalSettings, store: Store, now: datetime) -> ExchangeView | None:
    """One exchange, or ``None``."""
    profile = next((profile for profile in _profiles(settings) if profile.id == exchange_id), None)
    if profile is None:
        return None
    return _view(profile, store.certificates.latest(exchange_id), store, records(settings.registry), now)


def badge_at(certificate: Certificate | None, now: datetime) -> Badge:
    """The badge of an exchange: grey while nothing was ever certified, and where nobody knows of how much the certificate speaks."""
    if certificate is None:
        return Badge(message="not certified yet", colour=GREY)
    scope = part_of(certificate)
    if scope is None and certificate.state_at(now) is CertificateState.VALID:
        return UNKNOWN
    states = {CertificateState.REVOKED: State.REVOKED, CertificateState.SUSPENDED: State.SUSPENDED}
    return badge_of(
        outcome=VerdictOutcome.CERTIFIED,
        level=certificate.level,
        state=states.get(certificate.state),
        expired=now >= certificate.expires_at,
        scope=scope or "",
    )


def level_of(view: ExchangeView) -> Level:
    """The level that holds today."""
    holds = view.certificate is not None and view.state is CertificateState.VALID
    return view.certificate.level if view.certificate is not None and holds else Level.NONE


def _profiles(settings: PortalSettings) -> Iterator[ExchangeProfile]:
    """One broken profile hides no other."""
    for file in list_profiles(settings.exchanges):
        try:
            yield load_profile(file)
        except ProfileError:
            continue


def _view(
    profile: ExchangeProfile, certificate: Certificate | None, store: Store, released: tuple[Record, ...], now: datetime
) -> ExchangeView:
    names = {profile.sdk.packages.python, profile.sdk.packages.typescript, profile.sdk.packages.go}
    newest = {
        record.language: record
        for record in sorted(released, key=lambda record: record.published_at)
        if record.package in names and not record.withdrawn
    }
    return ExchangeView(
        id=profile.id,
        name=profile.name,
        product=profile.product,
        website=profile.website,
        certificate=certificate,
        state=certificate.state_at(now) if certificate else None,
        last_run=next(iter(store.runs.list(exchange_id=profile.id, limit=1)), None),
        badge=badge_at(certificate, now),
        packages=tuple(newest[language] for language in sorted(newest)),
    )
