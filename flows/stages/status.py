"""The list of certificates that do not hold, signed anew: it is short-lived, so that nobody can hide a revocation behind an old one."""

from __future__ import annotations

from datetime import datetime

from flows.settings import Settings
from reports.signers import open_keys
from reports.status import STATUS_NAME, StatusList, publish_status
from reports.store import Store


def renew_status(store: Store, settings: Settings, *, now: datetime) -> StatusList:
    """Sign and write the list as our tables have it. Changes nothing where the one on disk says the same and is fresh enough.

    Raises:
        ReportError: the tables or keys can't be read, or the list on disk is not ours.
    """
    keys = open_keys(settings.keys, now=now)
    return publish_status(settings.registry / STATUS_NAME, store.certificates.status_entries(), keys=keys, now=now)
