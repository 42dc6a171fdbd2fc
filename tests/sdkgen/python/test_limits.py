from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sdkgen.python.runtime.behaviour import RateLimit
from sdkgen.python.runtime.limits import Limits, NoRoom, Place

DAY = 1_700_000_000_000


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def limits_of(*limits: RateLimit) -> tuple[Time, Limits]:
    time = Time()
    return time, Limits(limits, time, lambda: DAY)


def taken(limits: Limits, operation: str = "a", *, signed: bool = True, longest: float = 60.0) -> float:
    """How long the call waits."""
    place = limits.take(operation, longest, signed=signed)
    return limits.wait(place) if isinstance(place, Place) else place.seconds


def test_a_window_begins_with_its_first_call_and_holds_so_many() -> None:
    time, limits = limits_of(RateLimit("r", 2, 1000))
    time.at = 1000.4
    assert [taken(limits) for _ in range(5)] == [0, 0, 1.0, 1.0, 2.0]
    time.at = 1010.0
    assert [taken(limits) for _ in range(3)] == [0, 0, 1.0]


def test_calls_weigh_what_the_limit_says_and_some_nothing() -> None:
    _, limits = limits_of(RateLimit("r", 10, 1000, 1, {"heavy": 8, "free": 0}), RateLimit("s", 1, 5000, signed_only=True))
    assert taken(limits, "heavy", signed=False) == 0
    assert taken(limits, "heavy", signed=False) == 1.0
    assert taken(limits, "free", signed=False) == 0
    assert limits.weight("heavy", signed=False) == 8
    assert limits.weight("free", signed=True) == 1
    assert taken(limits, "a") == 1.0
    assert taken(limits, "a") == 6.0


def test_what_weighs_more_than_a_window_goes_out_alone() -> None:
    _, limits = limits_of(RateLimit("r", 10, 1000, 1, {"huge": 50}))
    assert [taken(limits, name) for name in ("a", "huge", "a")] == [0, 1.0, 2.0]


def test_nobody_overtakes() -> None:
    _, limits = limits_of(RateLimit("r", 10, 1000, 1, {"heavy": 8}))
    assert [taken(limits, name) for name in ("heavy", "heavy", "a")] == [0, 1.0, 1.0]


def test_a_wait_that_is_too_long_takes_no_place() -> None:
    _, limits = limits_of(RateLimit("r", 1, 5000))
    assert taken(limits) == 0
    assert limits.take("a", 4.9, signed=True) == NoRoom(5.0)
    assert taken(limits) == 5.0


def test_a_place_that_is_given_back_is_somebody_else_s() -> None:
    _, limits = limits_of(RateLimit("r", 2, 1000))
    places = [limits.take("a", 60.0, signed=True) for _ in range(3)]
    assert isinstance(places[2], Place)
    limits.give_back(places[2])
    assert [taken(limits) for _ in range(3)] == [1.0, 1.0, 2.0]


def headers_of(limits: Limits, **headers: str) -> None:
    place = limits.take("free", 60.0, signed=True)
    assert isinstance(place, Place)
    limits.correct(place, {name.replace("_", "-"): value for name, value in headers.items()})


def test_headers_only_ever_make_it_stricter() -> None:
    limit = RateLimit("r", 10, 1000, used_header="used", remaining_header="left")
    for headers, room in (({"used": "9"}, 1), ({"left": "2"}, 2), ({"used": "0", "left": "10"}, 9), ({"used": "x"}, 9), ({}, 9)):
        _, limits = limits_of(limit)
        place = limits.take("a", 60.0, signed=True)
        assert isinstance(place, Place)
        limits.correct(place, headers)
        assert [taken(limits) for _ in range(room + 1)] == [0.0] * room + [1.0]


def test_headers_speak_of_the_limits_that_the_call_counts_in_alone() -> None:
    _, limits = limits_of(RateLimit("r", 10, 1000, signed_only=True, remaining_header="left"))
    place = limits.take("a", 60.0, signed=False)
    assert isinstance(place, Place)
    limits.correct(place, {"left": "0"})
    assert taken(limits) == 0


def test_a_header_says_when_the_window_ends() -> None:
    limit = RateLimit("r", 1, 10_000, reset_header="reset", reset_unit_ms=1000)
    for said, wait in (("3", 3.0), ("2.5", 2.5), ("+3", 10.0), (str(DAY // 1000 + 4), 4.0), ("99", 10.0), ("0", 0.0)):
        _, limits = limits_of(limit)
        place = limits.take("a", 60.0, signed=True)
        assert isinstance(place, Place)
        limits.correct(place, {"reset": said})
        assert taken(limits) == wait


def test_a_late_answer_counts_in_the_window_that_it_tells_of() -> None:
    time, limits = limits_of(RateLimit("r", 10, 1000, used_header="used"))
    place = limits.take("a", 60.0, signed=True)
    assert isinstance(place, Place)
    time.at += 5
    limits.correct(place, {"used": "10"})
    assert taken(limits) == 1.0


def test_a_late_answer_brings_no_window_back() -> None:
    time, limits = limits_of(RateLimit("r", 2, 1000, used_header="used"))
    places = [limits.take("a", 60.0, signed=True) for _ in range(2)]
    assert isinstance(places[0], Place)
    time.at += 5
    limits.correct(places[0], {"used": "1"})
    assert taken(limits) == 0


def test_a_late_answer_makes_the_window_stricter_that_is_running_and_begins_none_for_nothing() -> None:
    time, limits = limits_of(RateLimit("r", 10, 1000, used_header="used", remaining_header="left", reset_header="reset"))
    first = limits.take("a", 60.0, signed=True)
    assert isinstance(first, Place)
    time.at += 5
    for nothing in ({"used": "0", "left": "10", "reset": "1"}, {"reset": "1"}, {}):
        limits.correct(first, nothing)
    time.at += 0.9
    assert taken(limits) == 0
    limits.correct(first, {"used": "8.5"})
    assert [taken(limits) for _ in range(2)] == [0, 1.0]


def test_who_waits_for_the_next_window_waits_longer_where_the_exchange_says_that_this_one_lasts() -> None:
    time, limits = limits_of(RateLimit("r", 1, 10_000, reset_header="reset"))
    places = [limits.take("a", 60.0, signed=True) for _ in range(3)]
    assert all(isinstance(place, Place) for place in places)
    first, second, third = (place for place in places if isinstance(place, Place))
    time.at += 4
    limits.correct(first, {"reset": "9"})
    assert [limits.wait(second), limits.wait(third), taken(limits)] == [9.0, 19.0, 29.0]
    limits.correct(first, {"reset": "2"})
    assert [limits.wait(second), limits.wait(third)] == [9.0, 19.0]


def test_a_ban_holds_everything_back_also_without_limits() -> None:
    time, limits = limits_of()
    assert taken(limits) == 0
    limits.block(3.0)
    limits.block(1.0)
    assert taken(limits) == 3.0
    time.at += 3
    assert taken(limits) == 0


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(1, 4)), max_size=60), st.integers(1, 6), st.integers(1, 5))
def test_no_window_ever_holds_more_than_its_weight(calls: list[tuple[int, int]], requests: int, other: int) -> None:
    first, second = RateLimit("r", requests, 1000), RateLimit("s", other, 3000)
    time, limits = limits_of(first._replace(weights={str(weight): weight for weight in range(1, 5)}), second)
    out: list[tuple[float, int]] = []
    for after, weight in calls:
        time.at += after / 1000
        place = limits.take(str(weight), 1e9, signed=True)
        assert isinstance(place, Place)
        out.append((place.at, weight))
    assert [at for at, _ in out] == sorted(at for at, _ in out)
    for ends, capacity, weights in ((1, requests, [weight for _, weight in out]), (3, other, [1] * len(out))):
        until, used = -1.0, 0
        for (at, _), weight in zip(out, weights, strict=True):
            until, used = (at + ends, weight) if at >= until else (until, used + weight)
            assert used <= capacity or used == weight
