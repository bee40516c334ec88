"""What a span of a floor's life took of people and tools: how long they were there, and what they were there for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

import pandas as pd

from plant_models.events import Event, ToolRenewed
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin.indicators import ratio
from twin.standing import busy
from twin.state import State, Task, apply

_TASKS: tuple[Task, ...] = get_args(Task)


@dataclass(slots=True)
class CrewUse:
    """One crew's time in milliseconds of one person.

    Attributes
    ----------
    present
        The people of the crew times the hours they keep.
    busy
        Of that, what they had something to do: set up, tended one machine or several, repaired, maintained.
    beyond
        What they worked on after their shift, to finish what they had in hand.
    tasks
        Milliseconds of one person by what they were at machines for; one person may tend several machines at once.
    """

    present: int = 0
    busy: int = 0
    beyond: int = 0
    tasks: dict[Task, int] = field(default_factory=lambda: dict.fromkeys(_TASKS, 0))

    @property
    def utilization(self) -> float | None:
        """The share of their hours in which people had something to do; None where nobody was there."""
        return ratio(self.busy, self.present)


@dataclass(slots=True)
class ToolUse:
    """One tool's time in milliseconds of one unit: *used* by machines and orders, *away* to be made fit, lying *free*.

    *renewals* counts how often a unit came back as good as new.
    """

    used: int = 0
    away: int = 0
    free: int = 0
    renewals: int = 0

    @property
    def utilization(self) -> float | None:
        """The share of the time in which units were used; None for no time at all."""
        return ratio(self.used, self.used + self.away + self.free)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceUse:
    """What every crew and every tool did from *start* to *end* (milliseconds since the epoch)."""

    start: int
    end: int
    crews: Mapping[str, CrewUse]
    tools: Mapping[str, ToolUse]

    def crews_frame(self) -> pd.DataFrame:
        """One row for each crew: person-hours present, busy and beyond the shift, hours by task, and utilization."""
        rows = [
            {
                "crew": name,
                "present_h": crew.present / HOUR,
                "busy_h": crew.busy / HOUR,
                "beyond_shift_h": crew.beyond / HOUR,
                **{f"{task}_h": time / HOUR for task, time in crew.tasks.items()},
                "utilization": crew.utilization,
            }
            for name, crew in self.crews.items()
        ]
        return pd.DataFrame(rows)

    def tools_frame(self) -> pd.DataFrame:
        """One row for each tool: unit-hours used, away and free, how often one was made fit, and utilization."""
        rows = [
            {
                "tool": name,
                "used_h": tool.used / HOUR,
                "away_h": tool.away / HOUR,
                "free_h": tool.free / HOUR,
                "renewals": tool.renewals,
                "utilization": tool.utilization,
            }
            for name, tool in self.tools.items()
        ]
        return pd.DataFrame(rows)


def resource_use(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> ResourceUse:
    """What people and tools did from *opening* (left alone) until *until* (left out: the last fact)."""
    state = opening.copy()
    crews = {name: CrewUse() for name in plant.crews}
    tools = {name: ToolUse() for name in plant.tools}
    for fact in facts:
        if until is not None and fact.time > until:
            break
        _book(plant, state, crews, tools, fact.time)
        apply(plant, state, fact)
        if isinstance(fact, ToolRenewed):
            tools[fact.tool].renewals += 1
    end = state.now if until is None else max(until, state.now)
    _book(plant, state, crews, tools, end)
    return ResourceUse(start=opening.now, end=end, crews=crews, tools=tools)


def _book(plant: Plant, state: State, crews: Mapping[str, CrewUse], tools: Mapping[str, ToolUse], until: int) -> None:
    """Add up what everybody did since the last fact."""
    passed = until - state.now
    if not passed:
        return
    for name, use in crews.items():
        known, crew = state.crews[name], plant.crews[name]
        people = busy(crew, known.whole, known.tending)
        if known.is_away:
            use.beyond += people * passed
        else:
            use.present += crew.size * passed
            use.busy += people * passed
    for machine in state.machines.values():
        for task, name in machine.people.items():
            crews[name].tasks[task] += machine.hands.get(task, 1) * passed
    for name, tool in tools.items():
        lying = state.tools[name]
        tool.away += len(lying.away) * passed
        tool.free += len(lying.free) * passed
        tool.used += (lying.units - len(lying.away) - len(lying.free)) * passed
