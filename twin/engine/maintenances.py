"""Preventive maintenance on the simulated floor."""

from collections.abc import Callable

from plant_models.events import MaintenanceEnded, MaintenanceStarted
from plant_models.shifts import FOREVER
from twin.engine.bench import Bench
from twin.needs.people import who, will_come
from twin.upkeep import is_due, is_early, may_be_maintained, next_change


class Maintenances:
    """Begins what is due, and what is done early because a machine stands anyway; *changed* is told of each machine.

    Of several machines that need the same crew at the same instant the first in the plant's order has it, after all
    that are broken down.
    """

    def __init__(self, bench: Bench, changed: Callable[[int], None]) -> None:
        self._bench, self._changed = bench, changed
        plant = bench.plant
        self._known = list(plant.machines.values())
        self._kept = [members for members in bench.wiring.wholes if self._known[members[0]].maintenance]
        self._opportune = [
            members
            for members in self._kept
            if any(task.opportunity is not None for task in self._known[members[0]].maintenance)
        ]
        self._ends = bench.slots(self._over)
        self._looks = bench.slots(self._look)
        self.has_opportunities = bool(self._opportune)

    def look_again(self) -> None:
        """Work out from the state what is due."""
        for members in self._kept:
            for index in members:
                self._arm(index)

    def begin_due(self) -> None:
        """Begin what is due on machines that no work keeps from it, as far as there are people for it."""
        for members in self._kept:
            self._try(members, is_due)

    def take_opportunities(self) -> bool:
        """Begin early what may be done early on machines that stand anyway; whether there was any."""
        begun = False
        for members in self._opportune:
            if all(self._stands(index) for index in members):
                begun |= self._try(members, is_early)
        return begun

    def _try(self, members: tuple[int, ...], may_begin: Callable[..., bool]) -> bool:
        bench = self._bench
        state, machines = bench.state, bench.machines
        first, known = machines[members[0]], self._known[members[0]]
        wanted = [n for n in range(len(known.maintenance)) if may_begin(known, first, n, state.now)]
        if not wanted or not all(may_be_maintained(bench.plant, bench.names[i], machines[i]) for i in members):
            return False
        for number in wanted:
            task = known.maintenance[number]
            skill, people = task.crew, task.people
            crew = None if skill is None else who(bench.plant, state, skill, "maintenance", people)
            if skill is None or crew is not None:
                for index in members:
                    bench.emit(MaintenanceStarted(state.now, bench.names[index], number, crew))
                    self._changed(index)
                    self._arm(index)
                return True
        return False

    def may_begin(self, index: int) -> bool:
        """Whether there are, or will be, people for all that a machine is due for."""
        bench, known, machine = self._bench, self._known[index], self._bench.machines[index]
        for number, task in enumerate(known.maintenance):
            is_wanted = task.crew is not None and is_due(known, machine, number, bench.state.now)
            if is_wanted and not will_come(bench.plant, bench.state, task.crew or "", task.people):
                return False
        return True

    def _stands(self, index: int) -> bool:
        """Whether a machine would not do anything now in any case."""
        bench, machine = self._bench, self._bench.machines[index]
        if machine.phase != "idle" or machine.down is not None or machine.is_closed:
            return True
        return not bench.wiring.options(bench.state, index)

    def _look(self, index: int, now: int) -> None:
        bench = self._bench
        bench.state.now = now
        bench.is_calling = True
        self._arm(index)

    def _over(self, index: int, now: int) -> None:
        bench = self._bench
        bench.emit(MaintenanceEnded(now, bench.names[index]))
        bench.is_calling = True
        bench.asks.add(index)
        bench.asks.update(bench.wiring.reserving)
        self._changed(index)
        self._arm(index)

    def _arm(self, index: int) -> None:
        """Work out when a maintenance ends, and when time alone makes the next one due."""
        bench, machine, now = self._bench, self._bench.machines[index], self._bench.state.now
        end, number, upkeep = None, machine.maintenance, machine.upkeep
        if number is not None and upkeep is not None and number < len(upkeep.done):
            lasted = now - machine.maintenance_since
            drawn = bench.times.to_maintain(index, number, upkeep.done[number] - 1, lasted)
            end = max(now, machine.maintenance_since + drawn)
        self._ends[index].set(end, bench.wiring.ranks["maintained"] + index)
        due = next_change(self._known[index], machine, now)
        self._looks[index].set(due if due < FOREVER else None, bench.wiring.ranks["due"] + index)
