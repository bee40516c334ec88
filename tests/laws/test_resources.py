"""What holds for people, tools and carriers on every run of the simulated floor."""

from collections.abc import Iterator

from plant_models.events import CrewCame, CrewLeft, Engaged, Event, RepairStarted, Started, ToolWornOut
from plant_models.plant import Plant
from tests.laws.always import check_people, check_tools
from tests.laws.every import on_every_floor, played
from tests.laws.worlds import World
from twin.needs.people import busy
from twin.state import State, apply, is_running, opening, status


def instants(world: World) -> Iterator[tuple[State, Event]]:
    """The state after each fact."""
    _, facts = played(world)
    state = opening(world.plant, world.orders)
    for fact in facts:
        apply(world.plant, state, fact)
        yield state, fact


@on_every_floor()
def test_never_are_more_people_busy_than_there_are(world: World) -> None:
    for state, _ in instants(world):
        for crew in world.plant.crews.values():
            known = state.crews[crew.id]
            assert 0 <= busy(crew, known.whole, known.tending) <= crew.size


@on_every_floor()
def test_the_books_of_a_crew_are_what_its_people_do(world: World) -> None:
    for state, _ in instants(world):
        check_people(state)


@on_every_floor()
def test_who_has_gone_home_begins_nothing(world: World) -> None:
    for state, fact in instants(world):
        if isinstance(fact, Engaged | RepairStarted) and fact.crew is not None:
            hours = world.plant.presence(fact.crew)
            assert not state.crews[fact.crew].is_away
            assert hours is None or hours.is_open(fact.time)


@on_every_floor()
def test_crews_come_and_go_by_their_hours(world: World) -> None:
    for state, fact in instants(world):
        if isinstance(fact, CrewCame | CrewLeft):
            hours = world.plant.presence(fact.crew)
            assert hours is not None
            assert hours.is_open(fact.time) != state.crews[fact.crew].is_away


@on_every_floor()
def test_nothing_runs_without_the_people_that_it_needs(world: World) -> None:
    plant = world.plant
    for state, _ in instants(world):
        for name, machine in state.machines.items():
            if is_running(plant, name, machine):
                skill = skill_of(plant, state, name)
                crew = machine.people.get("setup" if machine.phase == "setup" else "work")
                assert skill is None or (crew is not None and plant.crews[crew].can(skill))
            elif status(plant, name, machine) in ("idle", "blocked", "closed"):
                assert not {"setup", "work"} & machine.people.keys() or machine.phase == "idle"


def skill_of(plant: Plant, state: State, name: str) -> str | None:
    machine = state.machines[name]
    assert machine.order is not None
    order = state.orders[machine.order]
    if machine.phase == "setup":
        return plant.work_centers[plant.machines[name].work_center].setup_crew
    return plant.stops(order.order.product)[order.step].operation.crew


@on_every_floor()
def test_every_unit_of_a_tool_is_in_exactly_one_place(world: World) -> None:
    for state, _ in instants(world):
        check_tools(world.plant, state)


@on_every_floor()
def test_a_step_has_all_its_tools_when_it_starts(world: World) -> None:
    for state, fact in instants(world):
        if isinstance(fact, Started):
            order = state.orders[fact.order]
            operation = world.plant.stops(order.order.product)[fact.step].operation
            assert set(operation.tools) == state.machines[fact.machine].tools.keys()
            assert set(operation.takes) <= order.carriers.keys()


@on_every_floor()
def test_what_goes_on_has_all_its_people_and_what_waits_has_none(world: World) -> None:
    """Nobody is kept by something that waits for more people: all come together, or none."""
    for state, _ in instants(world):
        for name, machine in state.machines.items():
            center = world.plant.work_centers[world.plant.machines[name].work_center]
            for task in machine.people:
                people = machine.hands.get(task, 1)
                if task == "repair" and machine.down is not None:
                    assert people == world.plant.machines[name].failures[machine.down].people
                elif task == "maintenance" and machine.maintenance is not None:
                    assert people == world.plant.machines[name].maintenance[machine.maintenance].people
                elif task == "setup":
                    assert people >= center.setup_people
                elif task == "work" and machine.order is not None:
                    order = state.orders[machine.order]
                    assert people == world.plant.stops(order.order.product)[order.step].operation.people


@on_every_floor()
def test_only_what_is_worn_out_goes_away(world: World) -> None:
    for state, fact in instants(world):
        if isinstance(fact, ToolWornOut):
            tool, known = world.plant.tools[fact.tool], state.tools[fact.tool]
            is_spent = tool.life is not None and known.worked[fact.unit] >= tool.life
            assert is_spent or (tool.uses is not None and known.used[fact.unit] >= tool.uses)
