"""Two engines, one behaviour: the compiled floor plays the facts of the simulated one, one for one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.events import Event, Finished, OrderCancelled, OrderHeld, SetupStarted, Started
from plant_models.plan import Plan, Slot
from plant_models.shifts import FOREVER, HOUR
from tests.laws.playable import ALONE, playable, stripped
from tests.laws.worlds import FAR, World, worlds
from tests.twin.floors import both, same
from twin import snapshot
from twin.chance import Certain, Chance
from twin.compiled.floor import CompiledFloor
from twin.compiled.refusing import COMPILED_RULES, refusals
from twin.floor import run
from twin.policies.follow import FollowPlan
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import State, opening

CUTS = st.one_of(st.integers(0, 3000 * 60_000), st.integers(0, 50).map(lambda h: h * HOUR))


def check(world: World, state: State, seed: int | None, until: int) -> None:
    """Both floors go on from *state* the same way."""
    both(world.plant, state, Certain() if seed is None else Chance(seed), world.policy, until)


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


@given(playable(), st.integers(0, 3), st.sampled_from((0, 5, 60)), st.sampled_from((None, "spt")), CUTS)
def test_a_plan_is_followed_the_same_way(
    world: World, left_out: int, minutes: int, otherwise: str | None, cut: int
) -> None:
    """Plans are what a rule did with another luck, but for some slots; they are followed from any instant."""
    told: list[Event] = []
    before = SimulatedFloor(world.plant, opening(world.plant, world.orders), Chance(world.seed ^ 77), told.append)
    run(before, world.policy, FAR)
    slots = [slot for n, slot in enumerate(slots_of(told)) if left_out == 0 or n % 4 != left_out]
    policy = FollowPlan(
        Plan(slots=tuple(slots)), tolerance=minutes * 60_000, otherwise=None if otherwise is None else RULES[otherwise]
    )
    state = opening(world.plant, world.orders)
    if refusals(world.plant, state, policy):
        return
    follows(world, policy, state)
    floor = world.floor()
    run(floor, policy, cut)
    follows(world, policy, floor.state)


def slots_of(facts: list[Event]) -> list[Slot]:
    """The steps that were finished, as slots of a plan."""
    setups: dict[str, int] = {}
    taken: dict[str, int] = {}
    begun: dict[str, int] = {}
    found = []
    for fact in facts:
        if isinstance(fact, SetupStarted):
            setups[fact.machine] = fact.time
        elif isinstance(fact, Started):
            begun[fact.machine] = fact.time
            taken[fact.machine] = setups.pop(fact.machine, fact.time)
        elif isinstance(fact, Finished):
            found.append(
                Slot(
                    machine=fact.machine,
                    order=fact.order,
                    step=fact.step,
                    setup_start=taken[fact.machine],
                    start=begun[fact.machine],
                    end=fact.time,
                )
            )
    return found


def follows(world: World, policy: FollowPlan, state: State) -> None:
    """Both floors go on from *state* the same way under a plan."""
    ours: list[Event] = []
    theirs: list[Event] = []
    floor = SimulatedFloor(world.plant, state.copy(), Chance(world.seed), ours.append)
    run(floor, policy, FAR)
    compiled = CompiledFloor(world.plant, state, Chance(world.seed), policy, theirs.append)
    compiled.run(FAR)
    same(ours, theirs)
    assert compiled.state == floor.state
