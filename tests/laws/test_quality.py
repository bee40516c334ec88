"""What holds for quality: no piece is lost, nobody finds what is not there, nobody works on what is held."""

from hypothesis import given
from hypothesis import strategies as st

from plant_models.events import (
    Event,
    Finished,
    Inspected,
    OrderFreed,
    OrderHeld,
    Scrapped,
    SetupStarted,
    Spoiled,
    Started,
)
from tests.laws.every import on_every_floor, played
from tests.laws.worlds import FAR, World, worlds
from twin.floor import run
from twin.grades import Grades, escaped_pieces
from twin.state import apply, opening
from twin.tally import is_inside


@on_every_floor()
def test_pieces_in_are_good_out_and_scrap_and_in_process_at_every_instant(world: World) -> None:
    """Counted from the facts on the one side, read off the state on the other."""
    _, facts = played(world)
    state = opening(world.plant, world.orders)
    scrap = out = 0
    for fact in facts:
        if isinstance(fact, Finished | OrderFreed):
            scrap += fact.scrap
        elif isinstance(fact, Spoiled | Scrapped):
            scrap += fact.pieces
        left = {name for name, order in state.book() if order.has_left}
        apply(world.plant, state, fact)
        out += sum(order.quantity for name, order in state.book() if order.has_left and name not in left)
        inside = sum(order.quantity for _, order in state.book() if is_inside(order))
        come = sum(order.order.quantity for _, order in state.book() if order.released_at is not None)
        assert come == out + scrap + inside
        assert all(0 <= order.at_work <= order.quantity for order in state.orders.values())


@on_every_floor()
def test_a_held_order_never_starts_and_is_nowhere_on_the_floor(world: World) -> None:
    _, facts = played(world)
    state = opening(world.plant, world.orders)
    for fact in facts:
        if isinstance(fact, SetupStarted | Started):
            assert all(state.orders[name].stage != "held" for name in (fact.order, *fact.mates))
        apply(world.plant, state, fact)
        held = {name for name, order in state.orders.items() if order.stage == "held"}
        assert all(state.orders[name].hold is not None for name in held)
        assert not held & {name for queue in (*state.buffers.values(), *state.wanting.values()) for name in queue}
        if isinstance(fact, OrderFreed):
            assert state.orders[fact.order].hold is None


@on_every_floor()
def test_an_inspection_finds_no_more_than_there_is_and_false_fails(world: World) -> None:
    _, facts = played(world)
    chance = world.floor().chance
    grades = Grades(world.plant, chance)
    state = opening(world.plant, world.orders)
    for fact in facts:
        if isinstance(fact, Inspected):
            order = state.orders[fact.order]
            assert 0 <= fact.failed <= fact.inspected <= order.at_work
            operation = world.plant.stops(order.order.product)[fact.step].operation
            made = [*(stop.operation for stop in world.plant.stops(order.order.product)[: order.steps])]
            could_be_bad = any(o.defects or any(c.found == "at_inspection" for c in o.characteristics) for o in made)
            assert operation.inspection is not None
            assert not fact.failed or could_be_bad or operation.inspection.false_fail
        apply(world.plant, state, fact)
        if isinstance(fact, Finished):
            order = state.orders[fact.order]
            assert 0 <= grades.hidden(fact.order, order) <= order.quantity
    assert escaped_pieces(world.plant, state, chance) <= sum(order.quantity for order in state.orders.values())


@given(worlds(), st.integers(0, 20), st.sampled_from((None, 60_000, 40_000_000)))
def test_whoever_is_held_by_a_supervisor_waits_until_he_is_freed(world: World, number: int, hold: int | None) -> None:
    facts: list[Event] = []
    floor = world.floor(facts)
    cut = number * 1_800_000
    run(floor, world.policy, cut)
    name = world.orders[number % len(world.orders)].id
    floor.state.now = cut
    if floor.state.orders[name].has_left:
        return
    until = None if hold is None else cut + hold
    floor.happen(OrderHeld(cut, name, "a supervisor looks at it", None, until))
    here = len(facts)
    fork = floor.fork(record=None)
    run(floor, world.policy, FAR)
    run(fork, world.policy, FAR)
    assert fork.state == floor.state
    began = [f.time for f in facts[here:] if isinstance(f, Started) and name in (f.order, *f.mates)]
    if until is None:
        assert floor.state.orders[name].hold is not None or floor.state.orders[name].has_left
        assert len(began) <= 1
    else:
        assert sum(time < until for time in began) <= 1
