"""Random worlds without what the compiled floor refuses; everything else stays as it was drawn."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from hypothesis import strategies as st

from plant_models.orders import Operation
from plant_models.plant import Plant
from tests.laws.worlds import World, worlds
from twin.compiled.layout_lots import endless_of
from twin.compiled.refusing import COMPILED_RULES

Strip = Callable[[Plant], Plant]


@st.composite
def playable(draw: st.DrawFn, orders: int = 10) -> World:
    """A world that the compiled floor plays, under one of its rules."""
    world = draw(worlds(orders=orders))
    return replace(world, plant=stripped(world.plant), rule=draw(st.sampled_from(COMPILED_RULES)))


def _each_step(**plain: object) -> Strip:
    def strip(plant: Plant) -> Plant:
        routings = {
            name: replace(routing, operations=tuple(replace(step, **plain) for step in routing.operations))
            for name, routing in plant.routings.items()
        }
        return replace(plant, routings=routings)

    return strip


ALONE: Mapping[str, Strip] = {
    "orders arrive by themselves": lambda plant: replace(plant, arrivals={}),
    "divides orders into lots": _each_step(split=None, merge=False),
}
"""What can be taken from a plant by itself, by the words of the reasons for which that is refused."""


def stripped(plant: Plant) -> Plant:
    """A plant without what is refused."""
    endless = {plant.products[product].routing for product, _ in endless_of(plant)}
    return replace(
        plant,
        routings={
            name: replace(routing, operations=_onward(routing.operations, name in endless))
            for name, routing in plant.routings.items()
        },
        arrivals={},
    )


def _onward(steps: tuple[Operation, ...], is_endless: bool) -> tuple[Operation, ...]:
    """The steps without a way back, where orders may divide into lots again and again."""
    if not is_endless:
        return steps
    numbers = {step.id: number for number, step in enumerate(steps)}
    return tuple(
        replace(step, next={}) if any(numbers.get(to, len(steps)) <= n for to in step.next) else step
        for n, step in enumerate(steps)
    )
