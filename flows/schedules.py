"""What the service does by the clock, as Prefect's server has it: for ``certify serve`` to say when it starts.

``prefect deployment ls`` has no column for schedules; ``prefect deployment schedule ls nightly/nightly`` shows one deployment's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
from cronsim import CronSim
from pydantic import BaseModel, TypeAdapter, ValidationError

from certification.errors import UnavailableError

_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A deployment that starts by itself."""

    name: str
    cron: str
    timezone: str
    """A name of the time zone database."""
    active: bool

    def next_run(self, now: datetime) -> datetime | None:
        """When it starts next, in its own time zone; ``None`` where it is paused. ``now`` knows its own zone."""
        return next(CronSim(self.cron, now.astimezone(ZoneInfo(self.timezone)))) if self.active else None


class _Cron(BaseModel):
    cron: str
    timezone: str | None = None


class _Schedule(BaseModel):
    active: bool
    schedule: _Cron


class _Deployment(BaseModel):
    name: str
    paused: bool
    schedules: tuple[_Schedule, ...]


_DEPLOYMENTS = TypeAdapter(tuple[_Deployment, ...])


def scheduled(api_url: str) -> tuple[Scheduled, ...]:
    """Every schedule of the server at ``api_url``, by name. Ours are cron alone.

    Raises:
        UnavailableError: the server does not answer, or answers something else.
    """
    try:
        answer = httpx.post(f"{api_url}/deployments/filter", json={}, timeout=_TIMEOUT_S, trust_env=False).raise_for_status()
        found = _DEPLOYMENTS.validate_json(answer.content)
    except (httpx.HTTPError, ValidationError) as error:
        raise UnavailableError(f"Prefect's server at {api_url} does not tell its schedules: {type(error).__name__}; try again") from error
    return tuple(
        Scheduled(
            name=deployment.name,
            cron=entry.schedule.cron,
            timezone=entry.schedule.timezone or "UTC",
            active=entry.active and not deployment.paused,
        )
        for deployment in sorted(found, key=lambda each: each.name)
        for entry in deployment.schedules
    )


def line(entry: Scheduled, now: datetime) -> str:
    """One line for people: name, cron, time zone and next run."""
    moment = entry.next_run(now)
    when = f"next {moment:%Y-%m-%d %H:%M}" if moment else "paused"
    return f"schedule {entry.name}: {entry.cron} {entry.timezone}, {when}"
