"""The names and schedules that flows are deployed under: they start each other by name, and none imports another."""

from __future__ import annotations

CERTIFY = "certify/certify"
REGENERATE = "regenerate/regenerate"
ANSWER = "answer-request/answer-request"
NIGHTLY = "nightly/nightly"
WATCH = "watch/watch"
LAST_DEPLOYED = WATCH
"""The worker deploys it last: whoever finds it finds them all."""

TIMEZONE = "UTC"
NIGHTLY_CRON = "0 2 * * *"
"""Every night at two."""
WATCH_CRON = "*/15 * * * *"
"""Every quarter of an hour: descriptions change a few times a week, and most looks end with a 304."""
