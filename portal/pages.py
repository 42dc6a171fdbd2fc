"""The portal's pages, from templates that escape whatever they are given."""

from __future__ import annotations

import functools
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from certification.checks.catalogue import catalogue
from certification.levels.standard import STANDARD
from certification.model import Level, VerdictOutcome
from portal.exchanges import ExchangeView, level_of
from reports.registries.static import Record
from reports.render.badge import Badge
from reports.render.html import medal
from reports.render.page import check_title, language_name
from reports.render.visible import visible
from reports.report import Comparison
from reports.store import Certificate
from sdkgen.language import Language

_HERE = Path(__file__).parent
_REPORT_STYLE = _HERE.parent / "reports" / "render" / "templates" / "report.css"


def home(views: tuple[ExchangeView, ...]) -> str:
    """The list of exchanges."""
    held = sum(1 for view in views if level_of(view) > Level.NONE)
    return _render("home.html.j2", title="Certified exchanges", views=views, held=held)


def exchange(view: ExchangeView, public_url: str) -> str:
    """One exchange: its certificate, its packages and how to install them, its badge and how to show it."""
    return _render("exchange.html.j2", title=f"{view.name} {view.product}".strip(), view=view, medal=_medal(view), public_url=public_url)


def certificate(entry: Certificate, badge: Badge, since: Comparison | None, now: datetime, public_url: str) -> str:
    """One certificate: what it says, whether it holds, its files, and how to check it."""
    state = entry.state_at(now)
    return _render(
        "certificate.html.j2",
        title=f"Certificate {entry.run_id}",
        entry=entry,
        state=state,
        badge=badge,
        since=since,
        medal=medal(VerdictOutcome.CERTIFIED, entry.level),
        public_url=public_url,
    )


def checks() -> str:
    """The catalogue of checks, level by level."""
    by_id = {entry.id: entry for entry in catalogue()}
    levels = [(level, [(rule, by_id[rule.check]) for rule in level.rules]) for level in STANDARD.levels]
    return _render("checks.html.j2", title="What is checked", standard=STANDARD, levels=levels)


def packages(views: tuple[ExchangeView, ...], public_url: str) -> str:
    """Every package, and how to install from here."""
    return _render("packages.html.j2", title="Packages", views=[view for view in views if view.packages], public_url=public_url)


def missing(what: str) -> str:
    """Nothing is there."""
    return _render("missing.html.j2", title="Not found", what=what)


@functools.cache
def style() -> bytes:
    """The report's own style, and what the portal adds to it: both look the same."""
    return _REPORT_STYLE.read_bytes() + (_HERE / "static" / "portal.css").read_bytes()


def _medal(view: ExchangeView) -> str:
    level = level_of(view)
    return medal(VerdictOutcome.CERTIFIED if level else VerdictOutcome.INCONCLUSIVE, level)


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


def _install(record: Record, public_url: str) -> str:
    """The command that installs a package from this portal with the language's own tool."""
    index = f"{public_url}/packages"
    match record.language:
        case Language.PYTHON:
            return f"pip install --index-url {index}/pypi/simple/ {record.package}=={record.version}"
        case Language.TYPESCRIPT:
            return f"npm install --registry {index}/npm/ {record.package}@{record.version}"
        case Language.GO:
            return f"GOPROXY={index}/go GONOSUMDB={record.package} go get {record.package}@v{record.version}"


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters |= {
        "day": lambda moment: f"{moment:%Y-%m-%d}",
        "moment": lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC",
        "language": language_name,
        "check": check_title,
        "install": _install,
    }
    return environment
