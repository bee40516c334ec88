"""Random plants in which some things take several people."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from plant_models.plant import Plant


@st.composite
def teams(draw: st.DrawFn, plant: Plant) -> Plant:
    """*plant* with a person more in each crew, where steps, setups, repairs and maintenance may take two."""
    many = st.sampled_from((1, 2))
    step, setup, repair, upkeep = draw(many), draw(many), draw(many), draw(many)

    def taking(thing: Any, people: int) -> Any:
        return thing if thing.crew is None else replace(thing, people=people)

    return replace(
        plant,
        crews={name: replace(crew, size=crew.size + 1) for name, crew in plant.crews.items()},
        work_centers={
            name: center if center.setup_crew is None else replace(center, setup_people=setup)
            for name, center in plant.work_centers.items()
        },
        machines={
            name: replace(
                machine,
                failures=tuple(taking(failure, repair) for failure in machine.failures),
                maintenance=tuple(taking(task, upkeep) for task in machine.maintenance),
            )
            for name, machine in plant.machines.items()
        },
        routings={
            name: replace(routing, operations=tuple(taking(operation, step) for operation in routing.operations))
            for name, routing in plant.routings.items()
        },
    )
