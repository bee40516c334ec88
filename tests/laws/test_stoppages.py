"""What holds for whatever stops and slows machines, on every plant and every run."""

from collections.abc import Iterator

from plant_models.events import (
    BrokeDown,
    Event,
    Finished,
    MaintenanceEnded,
    MaintenanceStarted,
    Repaired,
    Scrapped,
    SetupStarted,
    Started,
    Worn,
)
from plant_models.upkeep import Maintenance
from tests.laws.every import on_every_floor, played
from tests.laws.worlds import World
from twin.kpi import measure
from twin.needs.people import who
from twin.state import State, apply, is_running, opening
from twin.upkeep import is_due, is_early, may_be_maintained


def lived(world: World) -> Iterator[tuple[Event, State]]:
    """Each fact of a run, and the floor before it."""
    state = opening(world.plant, world.orders)
    for fact in played(world)[1]:
        yield fact, state
        apply(world.plant, state, fact)


@on_every_floor()
def test_nothing_works_while_it_is_maintained(world: World) -> None:
    for fact, state in lived(world):
        for name, machine in state.machines.items():
            assert machine.maintenance is None or not is_running(world.plant, name, machine)
        if isinstance(fact, SetupStarted | Started | Finished | Scrapped):
            assert state.machines[fact.machine].maintenance is None
        if isinstance(fact, BrokeDown):
            assert state.machines[fact.machine].down is None and state.machines[fact.machine].maintenance is None


@on_every_floor()
def test_maintenance_begins_when_it_may_and_ends_before_it_begins_again(world: World) -> None:
    for fact, state in lived(world):
        if isinstance(fact, MaintenanceStarted):
            machine, known = state.machines[fact.machine], world.plant.machines[fact.machine]
            assert may_be_maintained(world.plant, fact.machine, machine)
            assert is_early(known, machine, fact.maintenance, fact.time)
        if isinstance(fact, MaintenanceEnded):
            assert state.machines[fact.machine].maintenance is not None


@on_every_floor()
def test_what_is_due_is_done_before_the_next_order_if_somebody_is_free_for_it(world: World) -> None:
    """Also when the machine takes the order at the very instant at which it became due."""
    for fact, state in lived(world):
        if not isinstance(fact, SetupStarted | Started) or state.machines[fact.machine].phase != "idle":
            continue
        machine, known = state.machines[fact.machine], world.plant.machines[fact.machine]
        for number, task in enumerate(known.maintenance):
            if is_due(known, machine, number, fact.time):
                assert known.part_of is None
                assert task.crew is not None
                assert not _has_had_somebody(world, state, task)


def _has_had_somebody(world: World, state: State, task: Maintenance) -> bool:
    """Whether somebody would be free for a maintenance, were the people not there who have just come to work."""
    return task.crew is not None and who(world.plant, state, task.crew, "maintenance", task.people) is not None


@on_every_floor()
def test_a_machine_wears_level_by_level_until_it_is_renewed(world: World) -> None:
    levels = dict.fromkeys(world.plant.machines, 0)
    for fact, state in lived(world):
        for name, machine in state.machines.items():
            assert machine.level == levels[name]
        if isinstance(fact, Worn):
            assert fact.level == levels[fact.machine] + 1
            levels[fact.machine] = fact.level
        elif isinstance(fact, MaintenanceEnded | Repaired):
            known, machine = world.plant.machines[fact.machine], state.machines[fact.machine]
            if isinstance(fact, Repaired):
                is_renewed = machine.down is not None and known.failures[machine.down].renews_wear
            else:
                assert machine.maintenance is not None
                renews = known.maintenance[machine.maintenance].renews
                is_renewed = renews is None or "wear" in renews
            if is_renewed:
                levels[fact.machine] = 0


@on_every_floor()
def test_what_a_breakdown_spoils_leaves_at_that_instant_and_is_counted_as_scrap(world: World) -> None:
    spoiled = 0
    last: BrokeDown | None = None
    for fact, state in lived(world):
        if isinstance(fact, BrokeDown):
            last = fact
        if isinstance(fact, Scrapped):
            assert last is not None and (last.machine, last.time) == (fact.machine, fact.time)
            assert world.plant.machines[fact.machine].failures[last.failure].work == "scrap"
            assert state.orders[fact.order].where == fact.machine and state.orders[fact.order].quantity == fact.pieces
            spoiled += fact.pieces
    state, facts = played(world)
    scrap = measure(world.plant, opening(world.plant, world.orders), facts)["scrap_pieces"]
    assert scrap == sum(order.scrap for _, order in state.book()) >= spoiled


@on_every_floor()
def test_places_of_a_machine_stop_and_go_on_together(world: World) -> None:
    stops = BrokeDown | Repaired | MaintenanceStarted | MaintenanceEnded | Worn
    seen: dict[str, list[tuple[object, ...]]] = {name: [] for name in world.plant.machines}
    for fact in played(world)[1]:
        if isinstance(fact, stops):
            what = getattr(fact, "failure", getattr(fact, "maintenance", getattr(fact, "level", 0)))
            seen[fact.machine].append((type(fact).__name__, fact.time, what))
    for name in world.plant.machines:
        assert all(seen[name] == seen[place] for place in world.plant.together(name))


@on_every_floor()
def test_every_millisecond_of_a_machine_is_in_one_status(world: World) -> None:
    state, facts = played(world)
    kpis = measure(world.plant, opening(world.plant, world.orders), facts, state.now)
    for name, times in kpis.times.items():
        assert sum(times.values()) == state.now
        planned = state.now - times["closed"] - times["maintenance"]
        assert kpis.elements[name].pbt == planned
