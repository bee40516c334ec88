"""When orders will be finished: the numbers of the rehearsal they come from, and no time for what never comes."""

import math
from dataclasses import replace

import numpy as np
import pytest

import twin
from plant_models import read
from plant_models.shifts import HOUR, MINUTE
from twin import estimates, foresight
from twin.rehearsal import Rehearsal


@pytest.fixture(scope="module")
def rehearsed() -> Rehearsal:
    shop = read.scenario("machine-shop")
    now = twin.opening(shop.plant, shop.orders)
    return twin.rehearse(shop.plant, now, twin.rule("edd"), runs=40, seed=3, workers=1)


def with_finishes(found: Rehearsal, order: str, finishes: list[float], **more: object) -> Rehearsal:
    values = np.array(finishes, dtype=np.float64)
    return replace(found, finishes={**found.finishes, order: values}, **more)


def test_the_numbers_are_those_of_the_rehearsal(rehearsed: Rehearsal) -> None:
    told = {row["order"]: row for row in rehearsed.orders_frame().to_dict("records")}
    found = twin.forecast(rehearsed)
    assert {one.order for one in found.orders} == set(told)
    for one in found.orders:
        assert one.p50.value / HOUR == told[one.order]["finish_median_h"]
        assert one.p10.value == np.quantile(rehearsed.finishes[one.order], 0.1)
        assert one.p50 == estimates.quantile(rehearsed.finishes[one.order], 0.5)
        assert one.on_time == rehearsed.p_on_time(one.order)
        assert one.p50.runs == one.on_time.runs == one.finished == 40
        assert one.due is not None
        assert one.slack == one.due - one.p90.value


def test_the_worst_come_first_and_each_risk_is_what_it_says(rehearsed: Rehearsal) -> None:
    found = twin.forecast(rehearsed)
    ranks = [foresight.RISKS.index(one.risk) for one in found.orders]
    assert ranks == sorted(ranks)
    for one in found.orders:
        likely = one.on_time.value
        assert one.risk == ("late" if likely < 0.5 else "at risk" if likely < 0.95 else "on time")
    dues = [one.due for one in found.by_due]
    assert dues == sorted(dues)


def test_an_order_that_is_never_finished_is_given_no_time(rehearsed: Rehearsal) -> None:
    never = with_finishes(rehearsed, "MO-1001", [math.nan] * 40)
    one = twin.forecast(never).orders[0]
    assert (one.order, one.risk, one.finished) == ("MO-1001", "never", 0)
    assert {one.p10.value, one.p50.value, one.p90.value} == {math.inf}
    row = twin.forecast(never).to_frame().iloc[0]
    assert row[["finish_p10_h", "finish_p50_h", "finish_p90_h", "slack_p90_h"]].isna().all()


def test_runs_in_which_it_is_not_finished_make_an_order_later_and_not_earlier(rehearsed: Rehearsal) -> None:
    some = with_finishes(rehearsed, "MO-1001", [*map(float, range(32)), *[math.nan] * 8])
    one = next(one for one in twin.forecast(some).orders if one.order == "MO-1001")
    assert one.p50.value == 19.5, "of all 40 runs, not of the 32 in which it was finished"
    assert one.p90.value == math.inf
    assert one.finished == 32


def test_what_the_runs_leave_open_is_in_the_interval(rehearsed: Rehearsal) -> None:
    fates = np.array([1.0] * 20 + [math.nan] * 20)
    cut = replace(rehearsed, until=HOUR, on_time={**rehearsed.on_time, "MO-1001": fates})
    one = next(one for one in twin.forecast(cut).orders if one.order == "MO-1001")
    assert one.risk == "open"
    assert math.isnan(one.on_time.value), "20 of 40 is not known to be all, and not known to be half"
    assert one.on_time.low < 0.5
    assert one.on_time.high == 1.0


def test_with_the_same_luck_only_what_happened_moves_an_order(rehearsed: Rehearsal) -> None:
    assert twin.moved(rehearsed, rehearsed) == {}
    values = rehearsed.finishes["MO-1001"]
    later = with_finishes(rehearsed, "MO-1001", list(values + 2 * HOUR))
    assert twin.moved(rehearsed, later) == {"MO-1001": pytest.approx(2 * HOUR)}
    assert twin.moved(later, rehearsed) == {"MO-1001": pytest.approx(-2 * HOUR)}
    hardly = with_finishes(rehearsed, "MO-1001", list(values + MINUTE / 2))
    assert twin.moved(rehearsed, hardly) == {}, "half a minute is nothing to a planner"
    signs = np.where(np.arange(40) % 2, 1, -1) * HOUR
    noisy = with_finishes(rehearsed, "MO-1001", list(values + signs))
    assert twin.moved(rehearsed, noisy) == {}, "as often earlier as later"
    gone = with_finishes(rehearsed, "MO-1001", [math.nan] * 40)
    assert twin.moved(rehearsed, gone) == {"MO-1001": math.inf}


def test_other_luck_is_not_compared(rehearsed: Rehearsal) -> None:
    with pytest.raises(ValueError, match="the same seed"):
        twin.moved(rehearsed, replace(rehearsed, seeds=rehearsed.seeds[1:]))
