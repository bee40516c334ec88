"""Many floors of one plant, worked on together."""

import numpy as np
import pytest

from plant_models import read
from plant_models.shifts import FOREVER, HOUR
from twin.batch import Batch
from twin.chance import Chance
from twin.compiled import CompiledFloor
from twin.decisions import Decision, Start, Wait
from twin.policies.rules import fifo
from twin.state import opening

SHOP = read.scenario("machine-shop")
START = opening(SHOP.plant, SHOP.orders)


def test_all_futures_are_seen_from_where_one_floor_stands() -> None:
    floor = CompiledFloor(SHOP.plant, START, Chance(1), fifo)
    floor.run(10 * HOUR)
    batch = Batch(SHOP.plant, START, [Chance(0)] * 20, fifo)
    batch.spread(floor.snapshot(), [Chance(n) for n in range(20)])
    assert set(batch.now.tolist()) == {10 * HOUR}
    batch.advance(FOREVER)
    assert batch.unfinished.tolist() == [0] * 20
    ends = batch.orders["finished_at"].max(axis=1)
    assert batch.orders.shape == (20, len(SHOP.orders))
    assert len(set(ends.tolist())) > 10
    assert ends.tolist() == [floor.state.now for floor in batch.floors]


def test_a_choice_that_is_none_is_refused_and_nothing_is_taken() -> None:
    batch = Batch(SHOP.plant, START, [Chance(n) for n in range(3)], threads=2)
    assert batch.advance().all()
    before = batch.whole.copy()
    with pytest.raises(ValueError, match=r"floor 0 cannot take order 999 now; it may take \d+"):
        batch.take(999)
    assert np.array_equal(batch.whole, before)
    batch.take([batch.options(n)[0] for n in range(3)])
    assert (batch.machines["order"] >= 0).any(axis=1).all()


def test_a_batch_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="a batch of no floors"):
        Batch(SHOP.plant, START, [])


def asked() -> tuple[CompiledFloor, Decision]:
    floor = CompiledFloor(SHOP.plant, START, Chance(1))
    decision = floor.advance(FOREVER)
    assert decision is not None
    return floor, decision


def test_a_floor_that_asks_stays_where_it_is_until_it_is_told() -> None:
    floor, decision = asked()
    assert floor.advance(FOREVER) == decision
    floor.start(decision, Start(decision.options[0]))
    with pytest.raises(ValueError, match="has no such decision to make"):
        floor.start(decision, decision.options[0])


def test_what_is_no_choice_is_refused() -> None:
    floor, decision = asked()
    with pytest.raises(ValueError, match="cannot take 'nothing' now; it may take"):
        floor.start(decision, "nothing")
    with pytest.raises(ValueError, match="that is not after now"):
        floor.start(decision, Wait(decision.time))
    with pytest.raises(ValueError, match="works on one order at a time, not on"):
        floor.start(decision, Start(decision.options[0], mates=("x",)))
    floor.start(decision, decision.options[0])
