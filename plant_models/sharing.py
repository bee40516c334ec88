"""Who can do what for whom: what follows from a plant's crews and tools once and for all."""

from collections.abc import Iterable, Mapping

from plant_models.centers import WorkCenter
from plant_models.machines import Machine
from plant_models.orders import Operation
from plant_models.resources import Crew, Tool


class Sharing:
    """A plant's crews and tools by what they are needed for.

    *able* are the crews with each skill, in the order in which they are asked; *attended* the machines that need people
    for a setup or for work; *equipped* those that need tools for some order, or orders that take some; *served* and
    *users* the machines that may need people of each crew, and units of each tool.
    """

    def __init__(
        self,
        machines: Mapping[str, Machine],
        centers: Mapping[str, WorkCenter],
        operations: Iterable[Operation],
        crews: Mapping[str, Crew],
        tools: Mapping[str, Tool],
    ) -> None:
        skills = dict.fromkeys(skill for crew in crews.values() for skill in (crew.id, *crew.skills))
        self.able = {skill: tuple(crew for crew in crews.values() if crew.can(skill)) for skill in skills}
        needed: dict[str, set[str]] = {name: set() for name in machines}
        held: dict[str, set[str]] = {name: set() for name in machines}
        for name, machine in machines.items():
            center = centers[machine.work_center]
            if center.setup_crew is not None and center.changeover is not None:
                needed[name].add(center.setup_crew)
        for operation in operations:
            for name in operation.machines:
                if operation.crew is not None:
                    needed[name].add(operation.crew)
                held[name].update((*operation.tools, *operation.takes))
        self.attended = tuple(name for name in machines if needed[name])
        self.equipped = tuple(name for name in machines if held[name])
        self.served = {
            crew.id: tuple(name for name in machines if any(crew.can(skill) for skill in needed[name]))
            for crew in crews.values()
        }
        self.users = {tool: tuple(name for name in machines if tool in held[name]) for tool in tools}
