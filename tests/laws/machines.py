"""Times, and what machines do by themselves: they stop, wear, are maintained, fill up and open by the clock."""

from typing import Any

from hypothesis import strategies as st

from plant_models.batch import Batch
from plant_models.conveyors import Conveyor
from plant_models.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Lognormal,
    Trace,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
)
from plant_models.plant import Failure
from plant_models.shifts import HOUR, MINUTE, Shifts
from plant_models.upkeep import Maintenance, Wear, WearLevel


@st.composite
def distributions(draw: st.DrawFn, low: int = 1, high: int = 40) -> Distribution:
    """Any distribution with a mean of some minutes; often constant, so that things coincide."""
    mean = draw(st.integers(low, high)) * MINUTE
    kinds: list[Distribution] = [
        Constant(mean),
        Exponential(mean),
        Uniform(mean // 2, mean * 2),
        Triangular(mean // 2, mean, mean * 3),
        Lognormal(mean, 0.4),
        Gamma(mean, 2.5),
        Gamma(mean, 3),
        Weibull(mean, 1.7),
        TruncatedNormal(mean, mean / 2),
        TruncatedNormal(mean, mean, mean // 2, mean * 2),
        Empirical((mean, mean // 2, mean * 3)),
        Empirical((mean, mean // 2, mean * 3), (1.0, 2.5, 0.5), interpolated=True),
        Trace((mean, mean * 2, mean // 2)),
        Geometric(mean / 4, 0.25),
    ]
    return draw(st.one_of(st.just(Constant(mean)), st.sampled_from(kinds)))


@st.composite
def failures(draw: st.DrawFn, wear: Wear | None = None, *, is_place: bool = False) -> tuple[Failure, ...]:
    """None, one or two ways to break down."""
    levels = [None] if wear is None else [None, *(level.id for level in wear.levels)]
    return tuple(
        Failure(
            id=f"way-{way}",
            time_to_failure=draw(distributions(30, 400)),
            time_to_repair=draw(distributions(1, 60)),
            clock="open" if is_place else draw(st.sampled_from(("open", "working"))),
            crew=draw(st.sampled_from((None, "fitters", "fitters", "operators"))),
            work=draw(st.sampled_from(("resume", "resume", "restart", "scrap"))),
            is_micro_stop=draw(st.integers(0, 4)) == 0,
            at_wear=draw(st.sampled_from(levels)),
            renews_wear=wear is not None and draw(st.booleans()),
        )
        for way in range(draw(st.sampled_from((0, 0, 1, 2))))
    )


@st.composite
def wears(draw: st.DrawFn, *, is_place: bool = False) -> Wear | None:
    """Mostly none; else two or three levels."""
    if draw(st.integers(0, 3)):
        return None
    count = draw(st.integers(2, 3))
    levels = tuple(
        WearLevel(
            id=f"level-{n}",
            time_to_next=None if n + 1 == count else draw(distributions(20, 200)),
            speed=draw(st.sampled_from((1.0, 0.8, 1.2))),
            scrap=draw(st.sampled_from((0.0, 0.2))),
        )
        for n in range(count)
    )
    return Wear(levels=levels, clock="open" if is_place else draw(st.sampled_from(("open", "working"))))


@st.composite
def maintenances(
    draw: st.DrawFn, wear: Wear | None, ways: tuple[Failure, ...], *, is_place: bool = False
) -> tuple[Maintenance, ...]:
    """Mostly none; else one or two things to do, by calendar, usage or condition."""
    kinds = ["every"] + ["after_work", "after_orders"] * (not is_place) + ["at_wear"] * (wear is not None)
    found = []
    for number in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        kind = draw(st.sampled_from(kinds))
        interval: dict[str, Any] = {
            "every": draw(st.integers(20, 300)) * MINUTE,
            "after_work": draw(st.integers(20, 300)) * MINUTE,
            "after_orders": draw(st.integers(1, 5)),
            "at_wear": "level-1",
        }
        renews = draw(st.sampled_from((None, ("wear",) if wear else (), tuple(way.id for way in ways))))
        found.append(
            Maintenance(
                id=f"task-{number}",
                duration=draw(distributions(1, 40)),
                opportunity=draw(st.sampled_from((None, 0.3, 1.0))) if kind != "at_wear" else None,
                crew=draw(st.sampled_from((None, "fitters", "setting"))),
                renews=None if kind == "at_wear" and renews != ("wear",) else renews,
                **{kind: interval[kind]},
            )
        )
    return tuple(found)


@st.composite
def stops(draw: st.DrawFn, *, is_place: bool = False) -> dict[str, Any]:
    """What stops a machine, or all places of one: outages, failures, wear, maintenance."""
    wear = draw(wears(is_place=is_place))
    ways = draw(failures(wear, is_place=is_place))
    return {
        "outages": ((3 * HOUR, 5 * HOUR),) if draw(st.integers(0, 5)) == 0 else (),
        "wear": wear,
        "failures": ways,
        "maintenance": draw(maintenances(wear, ways, is_place=is_place)),
    }


@st.composite
def stays(draw: st.DrawFn, capacity: int | None) -> dict[str, Any]:
    """Mostly any stay; else orders have to stay for a while, must not stay for too long, or travel on a conveyor."""
    if capacity == 0 or draw(st.integers(0, 3)):
        return {}
    if draw(st.booleans()):
        speed, accumulating = draw(st.sampled_from((0.1, 1.0))), draw(st.booleans())
        return {"conveyor": Conveyor(length=4, speed=speed, spacing=1, accumulating=accumulating), "discipline": "fifo"}
    shortest = draw(st.sampled_from((0, 5, 20))) * MINUTE
    longest = draw(st.sampled_from((None, 60, 300)))
    return {"min_stay": shortest, "max_stay": None if longest is None else shortest + longest * MINUTE}


@st.composite
def batches(draw: st.DrawFn) -> Batch | None:
    """Mostly none; else a few orders at once, sometimes not fewer than two."""
    if draw(st.integers(0, 4)):
        return None
    most = draw(st.integers(1, 4))
    return Batch(
        most=most,
        least=draw(st.integers(1, most)),
        by=draw(st.sampled_from(("product", "family", "operation", "any"))),
        longest_wait=draw(st.sampled_from((None, 0, 30 * MINUTE, 2 * HOUR))),
        counts=draw(st.sampled_from(("orders", "pieces"))),
    )


@st.composite
def hours(draw: st.DrawFn, name: str = "hours") -> Shifts:
    """A day of a few hours with one or two windows, perhaps a holiday and some overtime."""
    period = draw(st.integers(4, 24)) * HOUR
    cut = sorted(draw(st.sets(st.integers(0, period // HOUR), min_size=4, max_size=4)))
    windows = ((cut[0] * HOUR, cut[1] * HOUR), (cut[2] * HOUR, cut[3] * HOUR))
    closed = ((period, period + 5 * HOUR),) if draw(st.booleans()) else ()
    extra = ((period + 2 * HOUR, period + 3 * HOUR),) if draw(st.booleans()) else ()
    return Shifts(id=name, windows=windows, period=period, closed=closed, extra=extra)
