"""Draws: every distribution against scipy's, and what still comes after what has lasted so long."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

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
from plant_models.events import Finished, OrderAdded, Started
from plant_models.orders import Order, Product
from plant_models.shifts import MINUTE
from tests.validation.models import Station, line, play
from twin.chance import Certain, Chance, beyond, cdf, name_hash, quantile
from twin.state import apply, opening

M = float(MINUTE)
LOG = math.sqrt(math.log(1 + 0.4**2))
CONTINUOUS = {
    "uniform": (Uniform(M, 3 * M), stats.uniform(M, 2 * M)),
    "triangular": (Triangular(M, 2 * M, 5 * M), stats.triang(0.25, M, 4 * M)),
    "triangular down": (Triangular(M, M, 5 * M), stats.triang(0.0, M, 4 * M)),
    "exponential": (Exponential(M), stats.expon(scale=M)),
    "gamma": (Gamma(M, 0.3), stats.gamma(0.3, scale=M / 0.3)),
    "erlang": (Gamma(M, 4), stats.gamma(4, scale=M / 4)),
    "weibull early": (Weibull(M, 0.7), stats.weibull_min(0.7, scale=M)),
    "weibull late": (Weibull(M, 2.5), stats.weibull_min(2.5, scale=M)),
    "lognormal": (Lognormal(M, 0.4), stats.lognorm(LOG, scale=M * math.exp(-(LOG**2) / 2))),
    "normal from 0": (TruncatedNormal(M, M), stats.truncnorm(-1, math.inf, M, M)),
    "normal in the middle": (TruncatedNormal(M, M / 4, M / 2, 2 * M), stats.truncnorm(-2, 4, M, M / 4)),
    "normal, its left end": (TruncatedNormal(M, M / 4, 0, M / 2), stats.truncnorm(-4, -2, M, M / 4)),
    "normal, its right end": (TruncatedNormal(M, M / 4, 2 * M), stats.truncnorm(4, math.inf, M, M / 4)),
}
DISCRETE = {
    "geometric": (Geometric(M, 0.1), stats.geom(0.1)),
    "a rare end": (Geometric(M, 0.001), stats.geom(0.001)),
}
SHARES = (1e-6, 0.01, 0.2, 0.5, 0.77, 0.99, 1 - 1e-6)
MEASURED = (3 * M, M, 4 * M, M, 9 * M)


def drawn(distribution: Distribution, count: int, lasted: int = 0) -> list[int]:
    draw = Chance(7).draw("test", "machine", distribution)
    return [draw(name_hash(f"o{n}"), n, lasted) for n in range(count)]


@pytest.mark.parametrize("name", CONTINUOUS)
def test_quantile_cdf_and_mean_are_those_of_scipy(name: str) -> None:
    ours, theirs = CONTINUOUS[name]
    assert ours.mean == pytest.approx(theirs.mean(), rel=1e-7)
    for share in SHARES:
        assert quantile(ours)(share) == pytest.approx(theirs.ppf(share), rel=1e-7)
    for time in (-1, 0, M / 3, M, 1.5 * M, 2.2 * M, 4.9 * M, 20 * M):
        assert cdf(ours)(time) == pytest.approx(theirs.cdf(time), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("name", DISCRETE)
def test_cycles_are_those_of_scipy(name: str) -> None:
    ours, theirs = DISCRETE[name]
    assert ours.mean == pytest.approx(M * theirs.mean())
    for share in SHARES:
        assert quantile(ours)(share) == M * theirs.ppf(share)
    for time in (-M, 0, 0.5, 1, 1.5, 7, 7.999, 300):
        assert cdf(ours)(time * M) == pytest.approx(theirs.cdf(time), abs=1e-12)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_draws_are_spread_as_they_should_be(name: str) -> None:
    ours, theirs = CONTINUOUS[name]
    assert stats.kstest(drawn(ours, 4000), theirs.cdf).pvalue > 1e-4


@pytest.mark.parametrize("name", DISCRETE)
def test_drawn_cycles_come_as_often_as_they_should(name: str) -> None:
    ours, theirs = DISCRETE[name]
    cuts = [theirs.ppf(share) for share in (0.1, 0.3, 0.5, 0.7, 0.9)]
    edges = [0, *cuts, math.inf]
    found = np.histogram(np.array(drawn(ours, 4000)) / M, [e + 0.5 for e in edges])[0]
    wanted = [4000 * (theirs.cdf(high) - theirs.cdf(low)) for low, high in pairwise(edges)]
    assert stats.chisquare(found, wanted).pvalue > 1e-4


@pytest.mark.parametrize("name", CONTINUOUS)
@pytest.mark.parametrize("percent", [1, 40, 90, 99.9])
def test_what_has_lasted_is_drawn_from_what_lasts_longer(name: str, percent: float) -> None:
    ours, theirs = CONTINUOUS[name]
    lasted = float(theirs.ppf(percent / 100))
    for share in SHARES:
        below = percent / 100 + share * (1 - percent / 100)
        assert beyond(ours)(share, lasted) == pytest.approx(theirs.ppf(below), rel=1e-6)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_draws_on_condition_of_having_lasted_are_spread_as_they_should_be(name: str) -> None:
    ours, theirs = CONTINUOUS[name]
    lasted = round(float(theirs.ppf(0.6)))
    gone = theirs.cdf(lasted)
    result = stats.kstest(drawn(ours, 3000, lasted), lambda t: np.maximum(0, (theirs.cdf(t) - gone) / (1 - gone)))
    assert result.pvalue > 1e-4


@pytest.mark.parametrize("ours", [ours for ours, _ in (CONTINUOUS | DISCRETE).values()])
def test_what_was_drawn_anew_stays_so_until_it_is_outlasted(ours: Distribution) -> None:
    draw = Chance(7).draw("test", "machine", ours)
    for n in range(30):
        lasted, number = 0, 0
        while lasted < 4 * MINUTE and number < 20:
            time = draw(5, n, lasted)
            assert draw(5, n, (lasted + time) // 2) == draw(5, n, time) == time
            lasted, number = time + 1, number + 1


def test_a_machine_that_always_works_one_cycle_fails_after_as_many_cycles_as_were_drawn() -> None:
    draw = Chance(1).draw("failure 0", "m", Geometric(M, 0.3))
    for n in range(20):
        assert draw(0, n, draw(0, n, 0)) == draw(0, n, 0)


def test_every_cycle_the_last_is_one_cycle() -> None:
    assert set(drawn(Geometric(M, 1.0), 20)) == {MINUTE}
    assert cdf(Geometric(M, 1.0))(M) == 1
    assert cdf(Geometric(M, 1.0))(M - 1) == 0


@pytest.mark.parametrize("name", ["exponential", "erlang", "weibull late", "gamma", "lognormal", "weibull early"])
def test_what_has_lasted_very_long_still_has_a_future(name: str) -> None:
    ours, _ = CONTINUOUS[name]
    lasted = 200 * M if name != "weibull late" else 10 * M
    left = [beyond(ours)(share, lasted) - lasted for share in (0.1, 0.5, 0.9)]
    assert left == sorted(left)
    assert left[0] > 0
    if name == "exponential":
        assert left == pytest.approx([-M * math.log(1 - share) for share in (0.1, 0.5, 0.9)])
    if name == "erlang":
        assert left[1] == pytest.approx(M / 4 * math.log(2), rel=0.01)


def test_a_normal_far_beyond_its_middle_is_counted_from_the_nearer_end() -> None:
    got = beyond(TruncatedNormal(M, M / 4))(0.5, 6 * M)
    assert got == pytest.approx(M + M / 4 * stats.norm.isf(stats.norm.sf(20) / 2), rel=1e-9)


def test_cycles_that_are_over_say_nothing_about_those_to_come() -> None:
    ours = Geometric(M, 0.1)
    for share in SHARES:
        fresh = quantile(ours)(share)
        assert beyond(ours)(share, 0) == fresh
        assert beyond(ours)(share, 5 * M) == beyond(ours)(share, 5.9 * M) == 5 * M + fresh
        assert beyond(ours)(share, 1e6 * M) == 1e6 * M + fresh


def test_a_cycle_of_a_fraction_of_a_millisecond_over_is_over() -> None:
    ours = Geometric(1000.4, 0.5)
    assert round(quantile(ours)(0.6)) == 2001
    assert beyond(ours)(0.3, 2001) == pytest.approx(3 * 1000.4)


@pytest.mark.parametrize("ours", [ours for ours, _ in (CONTINUOUS | DISCRETE).values()])
def test_nothing_that_has_lasted_ends_in_the_past(ours: Distribution) -> None:
    for lasted in (0, 1, MINUTE // 3, MINUTE, 3 * MINUTE, 100 * MINUTE):
        assert min(drawn(ours, 50, lasted)) >= lasted


@pytest.mark.parametrize("ours", [ours for ours, _ in (CONTINUOUS | DISCRETE).values()])
def test_a_draw_that_has_not_lasted_so_long_yet_stays_as_it_is(ours: Distribution) -> None:
    times = drawn(ours, 50)
    draw = Chance(7).draw("test", "machine", ours)
    assert [draw(name_hash(f"o{n}"), n, time - 1) for n, time in enumerate(times)] == times


# -- what was measured ------------------------------------------------------------------------------------------------


def test_measured_times_come_as_often_as_they_were_measured() -> None:
    ours = Empirical(MEASURED)
    assert ours.mean == pytest.approx(np.mean(MEASURED))
    times = drawn(ours, 5000)
    assert set(times) == {int(value) for value in MEASURED}
    assert times.count(MINUTE) / 5000 == pytest.approx(0.4, abs=0.03)
    assert [cdf(ours)(t * M) for t in (0, 1, 2, 3, 4, 8.9, 9)] == pytest.approx([0, 0.4, 0.4, 0.6, 0.8, 0.8, 1])
    assert [quantile(ours)(u) for u in (0.01, 0.4, 0.41, 0.79, 0.999)] == [M, M, 3 * M, 4 * M, 9 * M]


def test_weights_say_how_often() -> None:
    ours = Empirical((2 * M, M), (1, 3))
    assert ours.mean == pytest.approx(1.25 * M)
    assert cdf(ours)(M) == 0.75
    assert drawn(ours, 4000).count(MINUTE) / 4000 == pytest.approx(0.75, abs=0.03)


def test_measured_times_that_have_lasted_are_drawn_from_the_longer_ones() -> None:
    assert [beyond(Empirical(MEASURED))(u, 3 * M) for u in (0.1, 0.49, 0.51, 0.9)] == [4 * M, 4 * M, 9 * M, 9 * M]
    assert beyond(Empirical(MEASURED))(0.5, 9 * M) == 9 * M
    times = drawn(Empirical((M, 2 * M, 4 * M), (5, 1, 3)), 4000, MINUTE + 1)
    assert times.count(4 * MINUTE) / 4000 == pytest.approx(0.75, abs=0.03)
    assert set(times) == {2 * MINUTE, 4 * MINUTE}


def test_interpolated_the_distribution_is_the_ecdf_in_straight_lines() -> None:
    values = sorted(np.random.default_rng(1).gamma(2, M, 40))
    ours = Empirical(tuple(values), interpolated=True)
    for share in SHARES:
        assert quantile(ours)(share) == pytest.approx(np.quantile(values, share), rel=1e-9)
    for time in np.linspace(-1, 1.1 * values[-1], 50):
        wanted = np.interp(time, values, np.linspace(0, 1, 40))
        assert cdf(ours)(float(time)) == pytest.approx(wanted, abs=1e-12)
    assert ours.mean == pytest.approx(np.trapezoid([quantile(ours)(u) for u in np.linspace(0, 1, 3_901)], dx=1 / 3_900))
    times = drawn(ours, 4000)
    assert stats.kstest(times, lambda t: np.interp(t, values, np.linspace(0, 1, 40))).pvalue > 1e-4


def test_interpolated_with_weights_the_middle_of_each_weight_is_passed_at_its_value() -> None:
    ours = Empirical((M, 2 * M, 4 * M), (2, 1, 3), interpolated=True)
    assert cdf(ours)(2 * M) == pytest.approx(1.5 / 3.5)
    assert quantile(ours)(2.5 / 3.5) == pytest.approx(3 * M)
    assert ours.mean == pytest.approx((1.5 * 1.5 + 2 * 3) * M / 3.5)
    assert beyond(ours)(0.5, 3 * M) == pytest.approx(3.5 * M)
    assert beyond(ours)(0.5, 4 * M) == 4 * M


@pytest.mark.parametrize("interpolated", [False, True])
def test_what_was_measured_once_is_always_so(interpolated: bool) -> None:
    assert set(drawn(Empirical((M,), interpolated=interpolated), 9)) == {MINUTE}
    assert set(drawn(Empirical((M, M, M), interpolated=interpolated), 9)) == {MINUTE}


def test_values_measured_twice_are_a_step_in_straight_lines() -> None:
    ours = Empirical((M, 2 * M, 2 * M, 3 * M), interpolated=True)
    assert cdf(ours)(2 * M) == pytest.approx(2 / 3)
    assert quantile(ours)(0.5) == 2 * M
    assert drawn(ours, 3000).count(2 * MINUTE) / 3000 == pytest.approx(1 / 3, abs=0.03)


def test_a_trace_is_taken_in_order_and_begins_anew() -> None:
    draw = Chance(3).draw("failure 0", "m", Trace((3 * M, M, 2 * M)))
    assert [draw(0, n, 0) for n in range(7)] == [n * MINUTE for n in (3, 1, 2, 3, 1, 2, 3)]
    assert [draw(0, n, 2 * MINUTE) for n in range(3)] == [3 * MINUTE, 2 * MINUTE, 2 * MINUTE]
    assert Trace((3 * M, M, 2 * M)).mean == 2 * M


def test_the_nth_order_of_a_product_takes_the_nth_recorded_time_whoever_works_on_it() -> None:
    times = Trace((4 * M, M, 2 * M))
    plant = line([Station(times, machines=2), Station(Constant(M))])
    plant = replace(plant, products=plant.products | {"other": Product(id="other", routing="r")})
    book = [Order(id=f"{product}{n}", product=product) for n in range(4) for product in ("p", "other")]
    facts = list(play(plant, book, seed=1))
    begun = {f.order: f.time for f in facts if isinstance(f, Started) and f.step == 0}
    took = {f.order: f.time - begun[f.order] for f in facts if isinstance(f, Finished) and f.step == 0}
    assert took == {order.id: (4, 1, 2, 4)[int(order.id[-1])] * MINUTE for order in book}


def test_an_order_that_is_changed_before_its_release_keeps_its_recorded_time() -> None:
    plant = line([Station(Trace((4 * M, M, 2 * M)))])
    state = opening(plant, [Order(id=f"o{n}", product="p", release=n) for n in range(3)])
    apply(plant, state, OrderAdded(0, Order(id="o1", product="p", release=9)))
    assert [order.number for order in state.orders.values()] == [0, 1, 2]


@pytest.mark.parametrize("ours", [Constant(M), *(ours for ours, _ in (CONTINUOUS | DISCRETE).values())])
def test_at_twice_the_pace_everything_takes_half_as_long(ours: Distribution) -> None:
    half = ours.scaled(0.5)
    assert type(half) is type(ours)
    assert half.mean == pytest.approx(ours.mean / 2)
    for share in SHARES:
        assert quantile(half)(share) == pytest.approx(quantile(ours)(share) / 2)


@pytest.mark.parametrize("ours", [Empirical(MEASURED, (1, 2, 3, 4, 5), interpolated=True), Trace(MEASURED)])
def test_measured_times_scale_as_well(ours: Empirical | Trace) -> None:
    assert ours.scaled(2).values == tuple(2 * value for value in MEASURED)
    assert ours.scaled(2).mean == pytest.approx(2 * ours.mean)


def test_a_plan_takes_the_mean_of_each() -> None:
    for ours in (Empirical(MEASURED), Trace(MEASURED), Geometric(M, 0.1), TruncatedNormal(M, M)):
        assert Certain().draw("work", "m", ours)(1, 2, 0) == round(ours.mean)


# -- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TruncatedNormal(M, 0), "truncated_normal .*sd=0.*sd > 0"),
        (lambda: TruncatedNormal(M, M, 2 * M, M), "low < high"),
        (lambda: TruncatedNormal(math.inf, M), "middle=inf"),
        (lambda: TruncatedNormal(M, M, -1), "0 <= low"),
        (lambda: TruncatedNormal(M, M / 100, 2 * M), "less than 1e-06 of that normal"),
        (lambda: Empirical(()), "at least one value"),
        (lambda: Empirical((M, -1)), "every value must be zero or more"),
        (lambda: Empirical((M, math.nan)), "every value must be zero or more"),
        (lambda: Empirical((M, M), (1,)), "as many weights as values, 2"),
        (lambda: Empirical((M, M), (1, 0)), "every weight must be more than zero"),
        (lambda: Trace(()), "at least one value"),
        (lambda: Trace((M, math.inf)), "every value must be zero or more"),
        (lambda: Geometric(0, 0.5), "cycle > 0"),
        (lambda: Geometric(M, 0), "0 < probability <= 1"),
        (lambda: Geometric(M, 1.1), "0 < probability <= 1"),
        (lambda: Weibull(M, 0.001), "shape of at least"),
        (lambda: Lognormal(M, 1e9), "cv zero to 1000"),
    ],
)
def test_what_is_no_distribution_says_why(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
