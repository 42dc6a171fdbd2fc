from __future__ import annotations

import pytest

from sdkgen.python.runtime.moment import instant_ms


@pytest.mark.parametrize(
    ("text", "written", "instant"),
    [
        ("1700000000", "seconds", 1_700_000_000_000),
        ("1700000000.5", "seconds", 1_700_000_000_500),
        ("1700000000.123", "decimal-seconds", 1_700_000_000_123),
        ("1700000000123", "milliseconds", 1_700_000_000_123),
        ("1700000000123456", "microseconds", 1_700_000_000_123),
        ("1700000000123456789", "nanoseconds", 1_700_000_000_123),
        ("2023-11-14T22:13:20.123Z", "iso", 1_700_000_000_123),
        ("2023-11-14 22:13:20", "iso", 1_700_000_000_000),
        ("2023-11-14T22:13:20.123456789+00:00", "iso", 1_700_000_000_123),
        ("2023-11-14T22:13:20+02:00", "iso", None),
        ("2023-99-14T22:13:20Z", "iso", None),
        ("", "milliseconds", None),
        ("-1", "milliseconds", None),
        ("1" * 60, "milliseconds", None),
        ("soon", "seconds", None),
    ],
)
def test_instants_are_read_as_exchanges_write_them(text: str, written: str, instant: int | None) -> None:
    assert instant_ms(text, written) == instant
