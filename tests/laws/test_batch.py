"""A compiled floor that asks goes on as the simulated one does, whoever decides; many together as each by itself."""

from zlib import crc32

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plant_models.events import Event
from plant_models.plant import Plant
from plant_models.shifts import MINUTE
from tests.laws.playable import playable
from tests.laws.test_compiled import CUTS
from tests.laws.worlds import FAR, World
from tests.twin.floors import same
from twin.batch import Batch
from twin.chance import Chance
from twin.compiled.floor import CompiledFloor
from twin.decisions import Choice, Decision, Start, Wait
from twin.floor import run
from twin.needs.batches import chosen_batch, companions
from twin.simulated import SimulatedFloor
from twin.state import State, opening
from twin.wiring import wiring


def moody(plant: Plant, state: State, decision: Decision) -> Choice:
    """Takes any of the options, leaves others out on the record, or waits: by what it is asked, not by luck."""
    mood = crc32(repr((decision, state.now, state.unfinished)).encode())
    order = decision.options[mood % len(decision.options)]
    if mood % 7 == 0:
        return Wait(decision.time + (1 + mood % 90) * MINUTE)
    if mood % 5 == 0:
        return Start(order, mates=mates(plant, state, decision.machine, order, mood % 4))
    if mood % 11 == 0:
        return Start(order, instead_of=((decision.options[0], state.orders[decision.options[0]].step),))
    return order


def mates(plant: Plant, state: State, machine: str, order: str, most: int) -> tuple[str, ...] | None:
    """The first of those that could go with an order, as many as are wanted; None where that is not enough."""
    checks = wiring(plant).own_checks[wiring(plant).index[machine]]
    others = tuple(name for name in companions(plant, state, machine, order, checks) if name != order)[:most]
    try:
        chosen_batch(plant, state, machine, order, others, checks)
    except ValueError:
        return None
    return others


@given(playable(), CUTS)
def test_a_compiled_floor_that_asks_goes_on_as_the_simulated_one_does(world: World, cut: int) -> None:
    ours: list[Event] = []
    theirs: list[Event] = []
    floor = SimulatedFloor(world.plant, opening(world.plant, world.orders), Chance(world.seed), ours.append)
    run(floor, moody, FAR)
    compiled = CompiledFloor(world.plant, opening(world.plant, world.orders), Chance(world.seed), record=theirs.append)
    run(compiled, moody, cut)
    run(compiled, moody, FAR)
    if compiled.now <= cut:
        return
    same(ours, theirs)
    assert compiled.state == floor.state


@given(playable(orders=6), st.integers(1, 5), st.integers(1, 3), CUTS)
def test_floors_work_together_as_each_by_itself(world: World, floors: int, threads: int, cut: int) -> None:
    start = opening(world.plant, world.orders)
    lucks = [Chance(world.seed ^ n) for n in range(floors)]
    batch = Batch(world.plant, start, lucks, world.policy, threads=threads)
    batch.advance(cut)
    batch.advance(FAR)
    for n, luck in enumerate(lucks):
        alone = CompiledFloor(world.plant, start, luck, world.policy)
        alone.run(cut)
        alone.run(FAR)
        assert batch.floors[n].state == alone.state
        assert (batch.now[n], batch.operations[n]) == (alone.now, alone.operations)


@given(playable(orders=6), st.integers(1, 4), st.integers(1, 3))
def test_floors_that_ask_take_what_they_are_told(world: World, floors: int, threads: int) -> None:
    start = opening(world.plant, world.orders)
    lucks = [Chance(world.seed ^ n) for n in range(floors)]
    batch = Batch(world.plant, start, lucks, threads=threads)
    while batch.advance(FAR).any():
        batch.take([batch.options(n)[-1] if batch.asking[n] >= 0 else 0 for n in range(floors)])
    for n, luck in enumerate(lucks):
        alone = SimulatedFloor(world.plant, start.copy(), luck)
        run(alone, lambda plant, state, decision: decision.options[-1], FAR)
        assert batch.floors[n].state == alone.state
    assert np.array_equal(batch.unfinished, [floor.state.unfinished for floor in batch.floors])
