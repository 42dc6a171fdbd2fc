"""The portal as a process of ``certify serve``: ``python -m flows.portal --host H --port N``."""

from __future__ import annotations

import argparse
import sys

import uvicorn

from flows.settings import Settings, read_settings
from portal.app import create_app
from portal.settings import PortalSettings
from reports.registries.static import StaticRegistry


def portal_settings(settings: Settings) -> PortalSettings:
    """What the portal needs to know of ours."""
    return PortalSettings(
        database_url=settings.database_url,
        registry=StaticRegistry(folder=settings.registry),
        exchanges=settings.exchanges,
        trust=settings.keys / "trust.json",
        public_url=settings.public_url,
        token=settings.api_token,
    )


def main() -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="portal")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8460)
    given = parser.parse_args()
    app = create_app(portal_settings(read_settings()))
    uvicorn.run(app, host=given.host, port=given.port, log_level="warning", server_header=False, proxy_headers=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
