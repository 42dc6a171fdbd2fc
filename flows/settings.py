"""What the environment says: the only module that reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from certification.folders import EXCHANGES
from certification.sdks.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are kept and how to reach what is outside."""

    home: Path
    """``CERTIFY_HOME``: keys, history, registry, database, unfinished runs. Default: the user's data folder."""
    database_url: str
    """``CERTIFY_DATABASE_URL``: SQLAlchemy URL. Default: SQLite in ``home``."""
    api_token: str | None
    """``CERTIFY_API_TOKEN``: what a certification request over HTTP must carry. Without it, requests are refused."""
    github_url: str
    """``CERTIFY_GITHUB_URL``: base URL of GitHub's API, for GitHub Enterprise and for tests."""
    github_token: str | None
    """``CERTIFY_GITHUB_TOKEN``"""
    base_image: str | None
    """``CERTIFY_BASE_IMAGE``: the air-gapped base that images are built from, instead of the public ones."""
    public_url: str
    """``CERTIFY_PUBLIC_URL``: where the portal is reached from outside; stands in badges and reports."""
    portal: str
    """The same where it was set, and empty where it was not: stands in packages, where a link that leads nowhere would stay."""
    out: Path
    """``CERTIFY_OUT``: where runs leave their folders. Default: ``out`` where the command is given."""
    exchanges: Path
    """``CERTIFY_EXCHANGES``: the folder of profiles. Default: those that come with the product."""
    advisories: Sources
    """Where known vulnerabilities are asked for: ``PIP_INDEX_URL``, ``NPM_CONFIG_REGISTRY`` and ``GOVULNDB``, as their tools read
    them. Default: the public registries."""
    allow_private: bool
    """``CERTIFY_ALLOW_PRIVATE=1``: profiles may name private addresses (a company's own network)."""

    @property
    def history(self) -> Path:
        """Content-addressed history of descriptions."""
        return self.home / "history"

    @property
    def keys(self) -> Path:
        """Signing keys, private to the user."""
        return self.home / "keys"

    @property
    def registry(self) -> Path:
        """The embedded package registries."""
        return self.home / "registry"

    @property
    def log(self) -> Path:
        """The transparency log."""
        return self.home / "log"

    @property
    def runs(self) -> Path:
        """What unfinished runs have answered so far."""
        return self.home / "runs"

    @property
    def cache(self) -> Path:
        """Built packages by the digest of their source; safe to delete."""
        return self.home / "cache"


def read_exchanges(environment: Mapping[str, str] | None = None) -> Path:
    """The folder of profiles alone, for what must be told before anything is imported."""
    given = os.environ if environment is None else environment
    return Path(given.get("CERTIFY_EXCHANGES") or EXCHANGES).expanduser().absolute()


def read_portal(environment: Mapping[str, str] | None = None) -> str:
    """The portal's address alone, without a slash at its end; empty where none is set."""
    given = os.environ if environment is None else environment
    return (given.get("CERTIFY_PUBLIC_URL") or "").rstrip("/")


def _data_folder() -> Path:
    import platformdirs  # noqa: PLC0415 - takes as long as all that a command needs that finds nothing to do

    return platformdirs.user_data_path("openxapi-certify", appauthor=False)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read them once, at an edge of the program; everything inside gets a ``Settings``."""
    given = os.environ if environment is None else environment
    home = Path(given.get("CERTIFY_HOME") or _data_folder()).expanduser().absolute()
    return Settings(
        home=home,
        database_url=given.get("CERTIFY_DATABASE_URL") or f"sqlite:///{home / 'certify.sqlite'}",
        api_token=given.get("CERTIFY_API_TOKEN") or None,
        github_url=given.get("CERTIFY_GITHUB_URL") or "https://api.github.com",
        github_token=given.get("CERTIFY_GITHUB_TOKEN") or None,
        base_image=given.get("CERTIFY_BASE_IMAGE") or None,
        public_url=read_portal(given) or "http://127.0.0.1:8460",
        portal=read_portal(given),
        out=Path(given.get("CERTIFY_OUT") or "out").expanduser().absolute(),
        exchanges=read_exchanges(given),
        advisories=_advisories(given),
        allow_private=given.get("CERTIFY_ALLOW_PRIVATE") == "1",
    )


def _advisories(given: Mapping[str, str]) -> Sources:
    npm = given.get("NPM_CONFIG_REGISTRY") or given.get("npm_config_registry")
    pypi = "" if given.get("PIP_NO_INDEX") else given.get("PIP_INDEX_URL") or "https://pypi.org"
    return Sources(
        pypi=pypi.rstrip("/").removesuffix("/simple"),
        npm=(npm or "https://registry.npmjs.org").rstrip("/"),
        go=(given.get("GOVULNDB") or "https://vuln.go.dev").rstrip("/"),
    )


def environment() -> Mapping[str, str]:
    """The variables that a profile's accounts may name.

    Handed to the one place that opens sandboxes; elsewhere only their names are looked at.
    """
    return os.environ


def quiet_prefect(settings: Settings, *, verbose: bool) -> None:
    """Settle Prefect before it is imported: its own folder under ours, no telemetry, and silence unless asked.

    Whatever the user has already set for Prefect wins.
    """
    (settings.home / "prefect").mkdir(parents=True, exist_ok=True)
    wanted = {
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "INFO" if verbose else "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING" if verbose else "CRITICAL",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "240",
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    }
    for name, value in wanted.items():
        os.environ.setdefault(name, value)
