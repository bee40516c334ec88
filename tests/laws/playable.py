"""Random worlds without what the compiled floor refuses; everything else stays as it was drawn."""

from dataclasses import replace

from hypothesis import strategies as st

from plant_models.energy import Electricity
from plant_models.orders import Operation
from plant_models.plant import Buffer, Machine, Plant, WorkCenter
from tests.laws.worlds import World, worlds
from twin.compiled.refusing import COMPILED_RULES


@st.composite
def playable(draw: st.DrawFn, orders: int = 10) -> World:
    """A world that the compiled floor plays, under one of its rules."""
    world = draw(worlds(orders=orders).filter(lambda world: not world.plant.vehicles))
    return replace(world, plant=stripped(world.plant), rule=draw(st.sampled_from(COMPILED_RULES)))


def stripped(plant: Plant) -> Plant:
    """A plant without what is refused."""
    return replace(
        plant,
        machines={name: _machine(machine) for name, machine in plant.machines.items()},
        work_centers={name: _center(center) for name, center in plant.work_centers.items()},
        buffers={name: _buffer(buffer) for name, buffer in plant.buffers.items()},
        routings={
            name: replace(routing, operations=tuple(_operation(step) for step in routing.operations))
            for name, routing in plant.routings.items()
        },
        products={name: replace(product, stock=None) for name, product in plant.products.items()},
        crews={},
        tools={},
        materials={},
        arrivals={},
        electricity=Electricity(),
    )


def _machine(machine: Machine) -> Machine:
    ways = tuple(
        replace(
            way,
            crew=None,
            people=1,
            at_wear=None,
            renews_wear=False,
        )
        for way in machine.failures
    )
    return replace(machine, failures=ways, batch=None, wear=None, maintenance=(), power=None)


def _center(center: WorkCenter) -> WorkCenter:
    return replace(center, setup_crew=None, setup_people=1, power=None)


def _buffer(buffer: Buffer) -> Buffer:
    return buffer if buffer.conveyor is None else replace(buffer, conveyor=None)


def _operation(step: Operation) -> Operation:
    return replace(
        step,
        split=None,
        merge=False,
        energy=0.0,
        crew=None,
        people=1,
        tools=(),
        takes=(),
        returns=(),
        consumes={},
        yields={},
        defects=0.0,
        inspection=None,
        characteristics=(),
    )
