"""Two engines, one behaviour: the compiled floor plays the facts of the simulated one, one for one."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_models.events import Event, OrderCancelled, OrderHeld
from plant_models.shifts import FOREVER
from tests.laws.engines import CUTS, check, follows, live_twice, plans
from tests.laws.playable import ALONE, playable, stripped
from tests.laws.worlds import FAR, World, worlds
from tests.twin.floors import same
from twin import snapshot
from twin.chance import Chance
from twin.compiled.floor import CompiledFloor
from twin.compiled.refusing import COMPILED_RULES, refusals
from twin.floor import run
from twin.state import opening


@given(playable())
def test_the_compiled_floor_plays_the_same_facts(world: World) -> None:
    check(world, opening(world.plant, world.orders), world.seed, FAR)


@given(playable())
def test_the_compiled_floor_ends_where_the_simulated_one_does(world: World) -> None:
    check(world, opening(world.plant, world.orders), world.seed, FOREVER)


@given(playable())
def test_the_compiled_floor_plays_the_world_of_a_plan(world: World) -> None:
    check(world, opening(world.plant, world.orders), None, FAR)


@given(playable(), CUTS, st.integers(0, 2**64))
def test_the_compiled_floor_goes_on_from_any_instant_with_any_luck(world: World, cut: int, seed: int) -> None:
    floor = world.floor()
    run(floor, world.policy, cut)
    check(world, floor.state, world.seed, FAR)
    check(world, floor.state, seed, FAR)


@given(playable(), CUTS, st.lists(st.tuples(st.integers(0, 9), st.sampled_from((None, 0, 90, 0.5))), max_size=4))
def test_orders_that_somebody_holds_or_cancels_go_on_the_same_way(
    world: World, cut: int, told: list[tuple[int, float | None]]
) -> None:
    """Some orders are held for good, some for a while; half an hour stands for one that is cancelled."""
    floor = world.floor()
    run(floor, world.policy, cut)
    for number, minutes in told:
        name = sorted(floor.state.orders)[number % len(floor.state.orders)]
        order, now = floor.state.orders[name], floor.state.now
        if order.has_left or order.stage == "split" or order.bound_for == "cancelled":
            continue
        if minutes == 0.5 and order.parent is None:
            floor.happen(OrderCancelled(now, name))
        else:
            until = None if minutes is None else now + round(minutes * 60_000)
            floor.happen(OrderHeld(now, name, "somebody says so", until=until))
    check(world, floor.state, world.seed, FAR)
    check(world, floor.state, world.seed, FOREVER)


@given(playable(), CUTS)
def test_the_compiled_floor_goes_on_from_a_state_that_comes_out_of_a_document(world: World, cut: int) -> None:
    floor = world.floor()
    run(floor, world.policy, cut)
    check(world, snapshot.from_json(snapshot.to_json(floor.state)), world.seed, FAR)


@given(playable(), CUTS)
def test_a_compiled_floor_step_by_step_is_the_same_as_in_one_go(world: World, cut: int) -> None:
    ours: list[Event] = []
    theirs: list[Event] = []
    whole = CompiledFloor(
        world.plant, opening(world.plant, world.orders), Chance(world.seed), world.policy, ours.append
    )
    whole.run(FAR)
    parts = CompiledFloor(
        world.plant, opening(world.plant, world.orders), Chance(world.seed), world.policy, theirs.append
    )
    parts.run(cut)
    there, until_there = parts.snapshot(), theirs.copy()
    parts.run(FAR)
    same(ours, theirs)
    parts.restore(there)
    theirs[:] = until_there
    parts.run(FAR)
    same(ours, theirs)


@given(worlds())
def test_what_is_refused_is_there_and_what_is_not_refused_is_played(world: World) -> None:
    """Each reason names something of the plant; without what is refused nothing is left to refuse."""
    state = opening(world.plant, world.orders)
    reasons = refusals(world.plant, state, world.policy)
    if not reasons:
        check(world, state, world.seed, FAR)
        return
    with pytest.raises(ValueError, match="cannot play this"):
        CompiledFloor(world.plant, state, Chance(world.seed), world.policy)
    for reason in reasons:
        named = re.findall(r"'([^']+)'", reason)
        assert all(name in repr(world.plant) for name in named), reason
    if world.rule in COMPILED_RULES:
        plain = stripped(world.plant)
        assert refusals(plain, opening(plain, world.orders), world.policy) == ()


@given(worlds(), st.sampled_from(sorted(ALONE)))
def test_with_what_is_refused_exactly_the_reason_for_it_goes(world: World, words: str) -> None:
    state = opening(world.plant, world.orders)
    plain = ALONE[words](world.plant)
    left = refusals(plain, opening(plain, world.orders), world.policy)
    assert left == tuple(reason for reason in refusals(world.plant, state, world.policy) if words not in reason)


@given(st.data(), playable(), CUTS)
def test_a_plan_is_followed_the_same_way(data: st.DataObject, world: World, cut: int) -> None:
    """Plans are what a rule did with another luck, but for some slots; they are followed from any instant."""
    policy, state = data.draw(plans(world)), opening(world.plant, world.orders)
    if refusals(world.plant, state, policy):
        return
    follows(world, policy, state)
    floor = world.floor()
    run(floor, policy, cut)
    follows(world, policy, floor.state)


@settings(max_examples=30)
@given(st.data(), playable(orders=8), CUTS, st.integers(0, 2**64))
def test_whatever_a_random_plant_has_both_engines_live_the_same_life(
    data: st.DataObject, world: World, cut: int, seed: int
) -> None:
    """The long search for a difference in small (`make fuzz`)."""
    live_twice(world, cut, seed, data.draw(plans(world)), Counter())
