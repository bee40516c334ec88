"""One life on two floors: what the simulated one does, the compiled one does too."""

from plant_models.events import Event
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.chance import Luck
from twin.compiled.floor import CompiledFloor
from twin.decisions import Policy
from twin.floor import run
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import State


def same(simulated: list[Event], compiled: list[Event]) -> None:
    """Fail with the first fact that differs."""
    for number, (ours, theirs) in enumerate(zip(simulated, compiled, strict=False)):
        assert ours == theirs, f"fact {number}: {ours} on the simulated floor, {theirs} on the compiled one"
    assert len(simulated) == len(compiled), (simulated[len(compiled) :], compiled[len(simulated) :])


def both(plant: Plant, state: State, chance: Luck, policy: Policy = fifo, until: int = FOREVER) -> list[Event]:
    """What happens from *state* on, which is the same on both floors, as how they stand in the end is."""
    ours: list[Event] = []
    theirs: list[Event] = []
    floor = SimulatedFloor(plant, state.copy(), chance, ours.append)
    run(floor, policy, until)
    compiled = CompiledFloor(plant, state, chance, policy, theirs.append)
    compiled.run(until)
    same(ours, theirs)
    assert compiled.state == floor.state
    assert compiled.is_locked == (floor.deadlock is not None)
    return theirs
