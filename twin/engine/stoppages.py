"""Breakdowns, repairs and wear on the simulated floor."""

from collections.abc import Callable

from plant_models.events import BrokeDown, Repaired, RepairStarted, Worn
from plant_models.machines import Machine
from plant_models.shifts import FOREVER
from twin.applying.pauses import runs
from twin.engine.bench import Bench
from twin.needs.people import who, will_come
from twin.state import MachineState, is_running

_WORN = -1
"""What stands for the next level of wear among the ways of failing."""


class Stoppages:
    """What breaks down when, who repairs it, until when, and how it wears out.

    *stopped* is told of every machine whose work stops or goes on, *spoils* of each order on which work is spoiled.
    """

    def __init__(self, bench: Bench, stopped: Callable[[int], None], spoils: Callable[[int, str], None]) -> None:
        self._bench, self._stopped, self._spoils = bench, stopped, spoils
        plant = bench.plant
        self._failures, self._repairs = bench.slots(self._failure_due), bench.slots(self._repair_due)
        self._known = list(plant.machines.values())
        self._next_way = [0] * len(bench.names)
        self._breaks_down = bench.chance.breaks_down

    def look_again(self) -> None:
        """Work out from the state what is due."""
        for index in range(len(self._known)):
            self.arm(index)

    def may_return(self, index: int) -> bool:
        """Whether a machine is up, or will be."""
        bench, machine = self._bench, self._bench.machines[index]
        if machine.down is None:
            return True
        need = repairers(self._known[index], machine)
        is_left = machine.repair_since is None and need is not None and not will_come(bench.plant, bench.state, *need)
        return bool(self._known[index].failures) and not is_left

    def call(self) -> None:
        """Somebody who repairs or maintains may have become free."""
        self._bench.is_calling = self._bench.wiring.has_calls

    def start_repairs(self) -> None:
        """Let people who are free begin with the machines that have been down longest."""
        bench, machines = self._bench, self._bench.machines
        waiting = [found for members in bench.wiring.wholes if (found := self._waiting(members))]
        waiting.sort(key=lambda found: (machines[found[0]].down_since, found[0]))
        for members in waiting:
            need = repairers(self._known[members[0]], machines[members[0]])
            crew = None if need is None else who(bench.plant, bench.state, need[0], "repair", need[1])
            if crew is not None:
                for index in members:
                    bench.emit(RepairStarted(bench.state.now, bench.names[index], crew))
                    self.arm(index)

    def arm(self, index: int) -> None:
        """Work out when a machine fails next or is worn further, or is up again."""
        bench, machine, known = self._bench, self._bench.machines[index], self._known[index]
        failure, repair = self._failures[index], self._repairs[index]
        ranks, now = bench.wiring.ranks, bench.state.now
        if machine.down is not None:
            failure.due = None
            repair.set(self._repair_end(index, machine, now), ranks["repair"] + index)
            return
        repair.due = None
        soonest = FOREVER
        if self._breaks_down and machine.maintenance is None:
            is_working = machine.phase == "work" and is_running(bench.plant, bench.names[index], machine)
            upkeep = machine.upkeep
            for way, kind in enumerate(known.failures):
                if runs(known, kind, machine, is_working):
                    age = machine.ages[way] + now - machine.age_mark
                    count = machine.failures[way] + ((upkeep.renewed[way] << 20) if upkeep is not None else 0)
                    due = now + max(0, bench.times.to_failure(index, way, count, age) - age)
                    if due < soonest:
                        soonest, self._next_way[index] = due, way
            if known.wear is not None and (due := self._worn_at(index, machine, is_working)) < soonest:
                soonest, self._next_way[index] = due, _WORN
        failure.set(soonest if soonest < FOREVER else None, ranks["breakdown"] + index)

    def _worn_at(self, index: int, machine: MachineState, is_working: bool) -> int:
        """When a machine comes to the next level of its wear, as it stands now; FOREVER if it does not."""
        wear, upkeep, now = self._known[index].wear, machine.upkeep, self._bench.state.now
        if wear is None or upkeep is None or upkeep.level + 1 >= len(wear.levels):
            return FOREVER
        if not is_working if wear.clock == "working" else machine.is_closed:
            return FOREVER
        age = upkeep.level_age + now - machine.age_mark
        return now + max(0, self._bench.times.to_wear(index, upkeep.level, upkeep.renewals, age) - age)

    def _repair_due(self, index: int, now: int) -> None:
        bench = self._bench
        bench.is_calling = bench.wiring.has_calls
        bench.emit(Repaired(now, bench.names[index]))
        bench.asks.add(index)
        bench.asks.update(bench.wiring.reserving)
        self._stopped(index)
        self.arm(index)

    def _failure_due(self, index: int, now: int) -> None:
        bench, name, machine = self._bench, self._bench.names[index], self._bench.machines[index]
        bench.is_calling = bench.wiring.has_calls
        if self._next_way[index] == _WORN:
            bench.emit(Worn(now, name, machine.level + 1))
            self.arm(index)
            return
        bench.emit(BrokeDown(now, name, self._next_way[index]))
        if machine.phase == "work" and self._known[index].failures[self._next_way[index]].work == "scrap":
            assert machine.order is not None  # it was working
            for order in (machine.order, *machine.mates):
                self._spoils(index, order)
        self._stopped(index)
        self.arm(index)

    def _waiting(self, members: tuple[int, ...]) -> list[int]:
        """Those of the places of a machine that are down and wait for somebody to repair them."""
        machines = self._bench.machines
        return [i for i in members if machines[i].down is not None and machines[i].repair_since is None]

    def _repair_end(self, index: int, machine: MachineState, now: int) -> int | None:
        """When a machine that is down will be up; None if nothing is known about its repairs."""
        ways, way = self._known[index].failures, machine.down
        if way is None or not ways or machine.repair_since is None:
            return None
        is_known = way < len(ways)
        count = machine.failures[way] - 1 if is_known else 0
        lasted = now - machine.repair_since
        drawn = self._bench.times.to_repair(index, way if is_known else 0, count, lasted)
        return max(now, machine.repair_since + drawn)


def repairers(known: Machine, machine: MachineState) -> tuple[str, int] | None:
    """The skill that a machine's repair takes, and of how many; None if it is up or nobody in particular repairs it."""
    ways = known.failures
    failure = ways[machine.down] if machine.down is not None and machine.down < len(ways) else None
    return None if failure is None or failure.crew is None else (failure.crew, failure.people)
