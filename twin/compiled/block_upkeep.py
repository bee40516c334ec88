"""How machines are worn and kept up, in the block of a compiled floor: to and from `twin.standing`."""

from collections.abc import Mapping
from typing import Any

from twin.compiled.layout import Layout
from twin.standing import MachineState, State, Upkeep

_SAID = ("level", "level_age", "worked_at", "renewals", "worked")


def put_upkeep(layout: Layout, parts: Mapping[str, Any], state: State) -> None:
    """Let the machines be worn and kept up as they are in *state*."""
    for number, name in enumerate(layout.machines):
        machine = state.machines[name]
        if machine.upkeep is not None:
            for field in _SAID:
                parts["upkeeps"][number][field] = getattr(machine.upkeep, field)
            fixture = layout.arrays["fixtures"][number]
            ways = parts["ages"][fixture["first_way"] :][: fixture["ways"]]
            tasks = parts["task_states"][fixture["first_task"] :][: fixture["tasks"]]
            ways["renewed"], tasks["used"], tasks["done"] = (
                machine.upkeep.renewed,
                machine.upkeep.used,
                machine.upkeep.done,
            )


def set_upkeep(layout: Layout, parts: Mapping[str, Any], machines: Mapping[str, MachineState]) -> None:
    """Let machines be worn and kept up as the block has it."""
    for number, machine in enumerate(machines.values()):
        if layout.is_kept_up[number]:
            fixture, row = layout.arrays["fixtures"][number], parts["upkeeps"][number]
            ways = parts["ages"][fixture["first_way"] :][: fixture["ways"]]
            tasks = parts["task_states"][fixture["first_task"] :][: fixture["tasks"]]
            machine.upkeep = Upkeep(
                ways["renewed"].tolist(),
                tasks["used"].tolist(),
                tasks["done"].tolist(),
                *(int(row[field]) for field in _SAID),
            )
