"""What holds between the two engines in any world: one behaviour, from the opening and from any instant."""

from collections import Counter

from hypothesis import strategies as st

from plant_models.events import Event, Finished, SetupStarted, Started
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import FOREVER, HOUR, MINUTE
from tests.laws.worlds import FAR, World
from tests.twin.floors import both
from twin.chance import Certain, Chance
from twin.compiled.floor import CompiledFloor
from twin.compiled.refusing import refusals
from twin.floor import run
from twin.policies.follow import FollowPlan
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import State, opening
from twin.trials import trials
from twin.wiring import wiring

CUTS = st.one_of(st.integers(0, 3000 * MINUTE), st.integers(0, 50).map(lambda hours: hours * HOUR))
"""Instants at which a floor is looked at, those among them at which much happens at once."""


def check(world: World, state: State, seed: int | None, until: int) -> list[Event]:
    """Both floors go on from *state* the same way; what happens."""
    return both(world.plant, state, Certain() if seed is None else Chance(seed), world.policy, until)


@st.composite
def plans(draw: st.DrawFn, world: World) -> FollowPlan:
    """What a rule did with another luck, but for some slots."""
    told: list[Event] = []
    floor = SimulatedFloor(world.plant, opening(world.plant, world.orders), Chance(world.seed ^ 77), told.append)
    run(floor, world.policy, FAR)
    left_out = draw(st.integers(0, 3))
    slots = tuple(slot for n, slot in enumerate(_slots(told)) if left_out == 0 or n % 4 != left_out)
    otherwise = draw(st.sampled_from((None, RULES["spt"])))
    return FollowPlan(Plan(slots=slots), tolerance=draw(st.sampled_from((0, 5, 60))) * MINUTE, otherwise=otherwise)


def follows(world: World, policy: FollowPlan, state: State) -> None:
    """Both floors go on from *state* the same way under a plan."""
    both(world.plant, state, Chance(world.seed), policy, FAR)


def _slots(facts: list[Event]) -> list[Slot]:
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


def live_twice(world: World, cut: int, seed: int, plan: FollowPlan, told: Counter[str]) -> None:
    """One case: a world on both engines, forked at *cut* with its own luck, with another and with none.

    They play the same facts, stand the same way in the end and count the same figures.
    """
    start = opening(world.plant, world.orders)
    facts = check(world, start, world.seed, FAR)
    floor = world.floor()
    run(floor, world.policy, cut)
    for luck in (world.seed, seed, None):
        check(world, floor.state, luck, FAR)
    half = CompiledFloor(world.plant, start, Chance(world.seed), world.policy)
    half.run(cut)
    assert half.state == floor.state, "the compiled floor stands elsewhere in the middle"
    if not wiring(world.plant).is_endless:
        check(world, floor.state, world.seed, FOREVER)
        _count_the_same(world, floor.state)
    _count_the_same(world, floor.state, until=floor.state.now + 48 * HOUR, warm_up=5 * HOUR)
    if not refusals(world.plant, start, plan):
        follows(world, plan, start)
        follows(world, plan, floor.state)
    told["facts"] += len(facts)
    told.update(features(world.plant))


def _count_the_same(world: World, state: State, **span: int) -> None:
    seeds = [(0, world.seed), (1, world.seed ^ 5)]
    ours, theirs = (
        trials(world.plant, state, world.policy, Chance, seeds=seeds, engine=engine, **span)
        for engine in ("simpy", "compiled")
    )
    assert theirs == ours, "the engines count differently"


def features(plant: Plant) -> list[str]:
    """What a plant uses of what a plant can have."""
    machines, centers, buffers = plant.machines.values(), plant.work_centers.values(), plant.buffers.values()
    steps = [step for routing in plant.routings.values() for step in routing.operations]
    uses = {
        "with failures": any(machine.failures for machine in machines),
        "with shifts": any(center.shifts for center in centers),
        "with wear": any(machine.wear for machine in machines),
        "with maintenance": any(machine.maintenance for machine in machines),
        "with batches": any(machine.batch for machine in machines),
        "with places": any(machine.part_of for machine in machines),
        "with vehicles": bool(plant.vehicles),
        "with conveyors": any(buffer.conveyor for buffer in buffers),
        "with finite buffers": any(buffer.capacity is not None for buffer in buffers),
        "with changeovers": any(center.changeover for center in centers),
        "with people": bool(plant.sharing.attended),
        "with tools": bool(plant.sharing.equipped),
        "with materials": any(step.consumes or step.yields for step in steps),
        "with lots": any(step.split for step in steps),
        "with inspections": any(step.is_graded for step in steps),
        "with branches": any(step.next for step in steps),
        "with arrivals": bool(plant.arrivals),
        "with limited release": plant.release.orders is not None or plant.release.work is not None,
        "with energy": wiring(plant).is_metered,
    }
    return [feature for feature, is_used in uses.items() if is_used]
