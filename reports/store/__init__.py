"""Our own tables: the truth about requests, runs, certificates and leases. Prefect only executes.

SQLite by default, PostgreSQL by URL. ``open_store`` brings the tables up to date first.
"""

from reports.store.open import Store, open_store
from reports.store.records import (
    Certificate,
    CertificateState,
    IdempotencyKey,
    NewRequest,
    Request,
    RequestState,
    Run,
    RunState,
)

__all__ = [
    "Certificate",
    "CertificateState",
    "IdempotencyKey",
    "NewRequest",
    "Request",
    "RequestState",
    "Run",
    "RunState",
    "Store",
    "open_store",
]
