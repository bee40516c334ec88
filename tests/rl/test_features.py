"""What a policy sees: complete, bounded, free of scale."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, Shifts
from rl.features import SCHEMA, Matrix, features
from rl.reward import COSTS
from rl.sight import CONTEXT, FEATURES, LIMIT
from rl.worktimes import OpenTime, work_times
from tests.rl.shops import small_shop
from twin.chance import Certain, Chance
from twin.decisions import Decision
from twin.policies.rules import RULES, remaining_work
from twin.simulated import SimulatedFloor
from twin.state import State, opening

SHOP = small_shop()


def _decisions(shop: Scenario, *, seed: int, count: int) -> list[tuple[State, Decision]]:
    floor = SimulatedFloor(shop.plant, opening(shop.plant, shop.orders), Chance(seed))
    found: list[tuple[State, Decision]] = []
    while len(found) < count and (decision := floor.advance()) is not None:
        if len(decision.options) > 1:
            found.append((floor.state.copy(), decision))
        floor.start(decision, decision.options[-1])
    return found


@given(st.integers(0, 10_000))
def test_every_number_is_finite_and_within_its_limit(seed: int) -> None:
    for state, decision in _decisions(SHOP, seed=seed, count=8):
        rows = features(SHOP.plant, state, decision)
        assert rows.shape == (len(decision.options), len(FEATURES))
        assert rows.dtype == np.float32
        assert np.isfinite(rows).all()
        assert (np.abs(rows) <= LIMIT).all()


def test_seeing_changes_nothing_and_is_the_same_twice() -> None:
    for state, decision in _decisions(SHOP, seed=3, count=20):
        before = state.copy()
        assert np.array_equal(features(SHOP.plant, state, decision), features(SHOP.plant, state, decision))
        assert state == before


def test_the_decision_looks_the_same_from_every_row() -> None:
    for state, decision in _decisions(SHOP, seed=3, count=20):
        context = features(SHOP.plant, state, decision, wait=True)[:, CONTEXT:-1]
        assert (context == context[0]).all()


def test_rows_follow_their_orders_when_the_options_come_in_another_order() -> None:
    arrival = FEATURES.index("arrival")

    def by_order(decision: Decision, rows: Matrix) -> dict[str, list[float]]:
        return {o: np.delete(row, arrival).round(4).tolist() for o, row in zip(decision.options, rows, strict=True)}

    for state, decision in _decisions(SHOP, seed=5, count=20):
        turned = Decision(decision.time, decision.machine, decision.options[::-1])
        assert by_order(decision, features(SHOP.plant, state, decision)) == by_order(
            turned, features(SHOP.plant, state, turned)
        )


def test_the_rows_say_what_the_rules_would_take() -> None:
    told = {"fifo": ("arrival", 1), "spt": ("work", 1), "mwkr": ("work_left", -1), "wspt": ("weight_over_work", -1)}
    for state, decision in _decisions(SHOP, seed=9, count=40):
        rows = features(SHOP.plant, state, decision)
        columns = dict(zip(FEATURES, rows.T, strict=True))
        columns["weight_over_work"] = columns["weight"] - columns["work"]
        for name, (column, sign) in told.items():
            values = sign * columns[column]
            chosen = decision.options.index(str(RULES[name](SHOP.plant, state, decision)))
            assert values[chosen] <= values.min() + 2e-3


def test_work_left_is_what_the_rules_call_it() -> None:
    times = work_times(SHOP.plant)
    for state, decision in _decisions(SHOP, seed=2, count=10):
        for order in decision.options:
            assert times.rest(state.orders[order]) == remaining_work(SHOP.plant, state, order)


@given(st.integers(0, 60 * 24 * HOUR), st.integers(0, 20 * 24 * HOUR))
def test_open_time_is_the_shifts_working_time(start: int, length: int) -> None:
    shifts = Shifts(
        id="two",
        windows=((6 * HOUR, 14 * HOUR), (15 * HOUR, 22 * HOUR)),
        period=24 * HOUR,
        closed=((50 * HOUR, 80 * HOUR),),
        extra=((71 * HOUR, 73 * HOUR),),
        outages=((200 * HOUR, 207 * HOUR),),
    )
    clock = OpenTime(shifts)
    assert clock.open(start + length) - clock.open(start) == shifts.working_time(start, start + length)
    closing = shifts.next_change(start) - start if shifts.is_open(start) else 0
    assert clock.to_closing(start) == closing


def test_the_estimated_cost_of_a_finished_book_is_the_true_one() -> None:
    floor = SimulatedFloor(SHOP.plant, opening(SHOP.plant, SHOP.orders), Certain())
    before = {name: cost(SHOP.plant, floor.state) for name, cost in COSTS.items()}
    while (decision := floor.advance()) is not None:
        floor.start(decision, decision.options[0])
    for name, cost in COSTS.items():
        assert cost(SHOP.plant, floor.state) >= before[name]
    assert COSTS["makespan"](SHOP.plant, floor.state) == floor.state.now


def test_the_schema_is_known_by_its_digest() -> None:
    # a policy that was trained on other features must not be asked: if this changes, raise VERSION and train anew
    assert SCHEMA == "afabd3addab780d3"
    assert len(set(FEATURES)) == len(FEATURES)
