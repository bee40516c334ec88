"""What holds for every plant on every run of the simulated floor."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from plant_models.events import Event, Finished, SetupStarted, Spoiled, Started, from_json, to_json
from plant_models.orders import Order
from plant_models.shifts import FOREVER, HOUR
from tests.laws.every import on_every_floor, played
from tests.laws.worlds import FAR, World, worlds
from twin.chance import Certain, Chance
from twin.floor import run
from twin.state import State, apply, is_running, opening, progress, status

CUTS = st.one_of(st.integers(0, 3000 * 60_000), st.integers(0, 50).map(lambda h: h * HOUR))


@on_every_floor()
def test_replaying_the_facts_gives_the_state(world: World) -> None:
    state, facts = played(world)
    again = opening(world.plant, world.orders)
    for fact in facts:
        apply(world.plant, again, from_json(to_json(fact)))
    again.now = state.now
    assert again == state


@given(worlds(), CUTS)
def test_a_fork_lives_the_life_of_its_original(world: World, cut: int) -> None:
    facts: list[Event] = []
    floor = world.floor(facts)
    run(floor, world.policy, cut)
    forked_facts = facts.copy()
    fork = floor.fork(record=forked_facts.append)
    run(floor, world.policy, FAR)
    run(fork, world.policy, FAR)
    assert forked_facts == facts
    assert fork.state == floor.state


@given(worlds(), CUTS, st.integers(0, 12 * HOUR), st.integers(0, 2**32))
def test_copies_agree_on_what_has_outlasted_its_draw(world: World, cut: int, later: int, seed: int) -> None:
    told = world.floor()
    run(told, world.policy, cut)
    facts: list[Event] = []
    floor = told.fork(Chance(seed), facts.append)
    run(floor, world.policy, cut + later)
    forked_facts = facts.copy()
    fork = floor.fork(record=forked_facts.append)
    run(floor, world.policy, FAR)
    run(fork, world.policy, FAR)
    assert forked_facts == facts
    assert fork.state == floor.state


@given(worlds(), st.integers(0, 60))
def test_a_fork_in_the_middle_of_a_decision_faces_the_same_decision(world: World, number: int) -> None:
    floor = world.floor()
    decision = floor.advance(FAR)
    for _ in range(number):
        if decision is None:
            return
        floor.start(decision, world.policy(world.plant, floor.state, decision))
        decision = floor.advance(FAR)
    fork = floor.fork()
    assert fork.advance(FAR) == decision


@given(worlds(), st.lists(CUTS, max_size=6))
def test_step_by_step_is_the_same_as_in_one_go(world: World, cuts: list[int]) -> None:
    whole, whole_facts = played(world)
    facts: list[Event] = []
    floor = world.floor(facts)
    for cut in sorted(cuts):
        run(floor, world.policy, cut)
        assert floor.state.now <= max(cut, 0)
    run(floor, world.policy, FAR)
    assert facts == whole_facts
    assert floor.state == whole


@on_every_floor(most=30)
def test_the_same_seed_gives_the_same_facts(world: World) -> None:
    again: list[Event] = []
    floor = world.floor(again)
    run(floor, world.policy, FAR)
    assert (floor.state, again) == played(world)


@on_every_floor()
def test_no_order_and_no_piece_is_lost_or_doubled(world: World) -> None:
    state, facts = played(world)
    started = starts(world, facts)
    finished = Counter((f.order, f.step) for f in facts if isinstance(f, Finished))
    assert all(count <= 1 + state.orders[order].repeats for (order, _), count in started.items())
    assert not finished - started
    for order in world.orders:
        now = state.orders[order.id]
        assert now.quantity + now.scrap == order.quantity
        is_complete = (now.step == now.steps or now.quantity == 0) and not now.keeps and now.stage != "held"
        assert (now.stage == "finished") == is_complete
        assert (now.finished_at is not None) == (now.stage == "finished")
    assert state.unfinished == sum(not o.has_left for _, o in state.book())
    assert state.on_floor == sum(not o.has_left and o.released_at is not None for _, o in state.book())
    check_places(world, state)


@given(worlds(), CUTS)
def test_every_order_is_in_exactly_one_place_at_every_instant(world: World, cut: int) -> None:
    floor = world.floor()
    run(floor, world.policy, cut)
    check_places(world, floor.state)


def starts(world: World, facts: list[Event]) -> Counter[tuple[str, int]]:
    """How often each step of each order was begun, those in a batch included."""
    found: Counter[tuple[str, int]] = Counter()
    state = opening(world.plant, world.orders)
    for fact in facts:
        apply(world.plant, state, fact)
        if isinstance(fact, Started):
            found.update((name, state.orders[name].step) for name in (fact.order, *state.machines[fact.machine].mates))
    return found


def check_places(world: World, state: State) -> None:
    places: Counter[str] = Counter()
    for name, queue in state.buffers.items():
        capacity = world.plant.buffers[name].capacity
        assert capacity is None or len(queue) <= capacity
        places.update(queue)
        assert all(state.orders[o].stage == "waiting" and state.orders[o].where == name for o in queue)
    for name, machine in state.machines.items():
        assert (machine.order is None) == (machine.phase == "idle")
        if machine.order is not None:
            for order in (machine.order, *machine.mates):
                if name in world.plant.vehicles and machine.phase == "setup":
                    assert state.orders[order].fetched_by == name
                    continue
                places[order] += 1
                assert state.orders[order].where == name
                assert not state.orders[order].fetched_by or machine.phase == "done"
                assert (machine.phase == "done") == (state.orders[order].stage == "blocked")
    outside = [o for queue in state.wanting.values() for o in queue if state.orders[o].stage == "released"]
    places.update(outside)
    nowhere = ("planned", "held", "finished", "turned_away", "gathering", "split", "merged")
    places.update(name for name, order in state.orders.items() if order.stage in nowhere)
    assert places == Counter(state.orders.keys())
    book = {name for name, _ in state.book()}
    arrived = sum(arrival.come for arrival in state.arrivals.values())
    assert book >= {order.id for order in world.orders}
    assert len(book) == len(world.orders) + arrived


@on_every_floor()
def test_facts_come_in_the_order_of_their_times(world: World) -> None:
    _, facts = played(world)
    times = [fact.time for fact in facts]
    assert times == sorted(times)


@on_every_floor()
def test_nothing_starts_on_a_machine_that_is_down_closed_or_busy(world: World) -> None:
    _, facts = played(world)
    state = opening(world.plant, world.orders)
    for fact in facts:
        if isinstance(fact, Started):
            machine = state.machines[fact.machine]
            assert machine.down is None
            if machine.phase == "idle":
                assert status(world.plant, fact.machine, machine) == "idle"
            else:
                assert machine.phase == "setup" and machine.order == fact.order
            assert fact.machine in world.plant.stops(state.orders[fact.order].order.product)[fact.step].machines
            assert state.orders[fact.order].step == fact.step
        apply(world.plant, state, fact)


@on_every_floor(most=60)
def test_work_takes_as_long_as_was_drawn_whatever_interrupts_it(world: World) -> None:
    """With certain times each step takes its expected time of running, closed hours and repairs not counted."""
    facts: list[Event] = []
    floor = world.floor(facts, chance=Certain())
    run(floor, world.policy, FAR)
    state = opening(world.plant, world.orders)
    for fact in facts:
        if isinstance(fact, Finished) and state.machines[fact.machine].phase == "work":
            machine = state.machines[fact.machine]
            order = state.orders[machine.order or ""]
            assert is_running(world.plant, fact.machine, machine)
            done = progress(world.plant, fact.machine, machine, fact.time)
            expected = world.plant.expected_work(order.order, order.step, fact.machine, order.at_work)
            assert abs(done - expected) <= 1
        apply(world.plant, state, fact)


@on_every_floor(most=60)
def test_a_floor_without_a_horizon_ends_and_says_what_is_left(world: World) -> None:
    floor = world.floor()
    run(floor, world.policy, FOREVER)
    capacities = [buffer.capacity for buffer in world.plant.buffers.values()]
    batches = [machine.batch for machine in world.plant.machines.values() if machine.batch]
    may_be_left = bool(world.plant.materials) or any(
        batch.least > 1 and batch.longest_wait is None for batch in batches
    )
    if all(capacity is None for capacity in capacities) and not may_be_left:
        assert floor.state.unfinished == 0
    assert floor.advance(FOREVER) is None


@given(worlds(), CUTS, st.integers(0, 2**32))
def test_one_more_order_does_not_change_the_luck_of_the_others(world: World, cut: int, seed: int) -> None:
    """Draws go by name: a late extra order leaves all that happens before its release as it was."""
    late = Order(id="extra", product=world.orders[0].product, release=cut)
    extra = World(world.plant, (*world.orders, late), world.seed, world.rule)
    before = [f for f in played(world)[1] if f.time < cut]
    after = [f for f in played(extra)[1] if f.time < cut]
    assert before == after


@given(worlds(), CUTS, st.integers(1, 2**32))
def test_a_fork_with_other_luck_never_ends_work_in_the_past(world: World, cut: int, other: int) -> None:
    facts: list[Event] = []
    floor = world.floor()
    run(floor, world.policy, cut)
    fork = floor.fork(chance=Chance(world.seed + other), record=facts.append)
    run(fork, world.policy, FAR)
    assert all(fact.time >= floor.state.now for fact in facts)


@on_every_floor()
def test_the_floor_never_holds_more_orders_than_may_be_released(world: World) -> None:
    limit = world.plant.release.orders
    _, facts = played(world)
    state = opening(world.plant, world.orders)
    for fact in facts:
        apply(world.plant, state, fact)
        assert limit is None or state.on_floor <= limit


@on_every_floor()
def test_nobody_is_taken_too_soon_or_stays_too_long(world: World) -> None:
    _, facts = played(world)
    state = opening(world.plant, world.orders)
    for fact in facts:
        if isinstance(fact, SetupStarted | Started):
            for name in (fact.order, *fact.mates):
                order = state.orders[name]
                if order.stage == "waiting":
                    buffer = world.plant.buffers[order.where]
                    assert fact.time - order.since >= buffer.min_stay
                    assert buffer.max_stay is None or fact.time - order.since < buffer.max_stay
        if isinstance(fact, Spoiled):
            assert fact.time - state.orders[fact.order].since == world.plant.buffers[fact.buffer].max_stay
        apply(world.plant, state, fact)


@on_every_floor(most=60)
def test_a_floor_that_stands_for_ever_names_those_who_wait_for_each_other(world: World) -> None:
    floor = world.floor()
    run(floor, world.policy, FOREVER)
    found = floor.deadlock
    if found is None:
        return
    machines = set(found.machines)
    assert machines
    for wait in found.waits:
        assert set(wait.on) <= machines
        assert floor.state.machines[wait.machine].order == wait.order
        assert floor.state.orders[wait.order].stage == "blocked"
