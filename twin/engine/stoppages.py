"""Breakdowns and repairs on the simulated floor."""

from collections.abc import Callable

from plant_models.events import BrokeDown, Repaired, RepairStarted
from plant_models.shifts import FOREVER
from twin.engine.bench import Bench
from twin.needs.people import who, will_come
from twin.state import MachineState, is_running


class Stoppages:
    """What breaks down when, who repairs it, and until when.

    *arm_work* is told of every machine whose work stops or goes on.
    """

    def __init__(self, bench: Bench, arm_work: Callable[[int], None]) -> None:
        self._bench, self._arm_work = bench, arm_work
        plant = bench.plant
        self._slots = bench.slots(self._due)
        self._known_ways = [plant.machines[name].failures for name in bench.names]
        self._ways = [ways if bench.chance.breaks_down else () for ways in self._known_ways]
        self._next_way = [0] * len(bench.names)
        self.is_calling = False

    def look_again(self) -> None:
        """Work out from the state what is due."""
        for index in range(len(self._ways)):
            self.arm(index)
        self.is_calling = self._bench.wiring.has_crews

    def may_return(self, index: int) -> bool:
        """Whether a machine is up, or will be."""
        bench, machine = self._bench, self._bench.machines[index]
        if machine.down is None:
            return True
        skill = self._repairer(index, machine)
        is_left = machine.repair_since is None and skill is not None and not will_come(bench.plant, bench.state, skill)
        return bool(self._known_ways[index]) and not is_left

    def call(self) -> None:
        """Somebody who repairs may have become free."""
        self.is_calling = self._bench.wiring.has_crews

    def start_repairs(self) -> None:
        """Let people who are free begin with the machines that have been down longest."""
        self.is_calling = False
        bench = self._bench
        now, machines = bench.state.now, bench.machines
        waiting = [i for i, machine in enumerate(machines) if machine.down is not None and machine.repair_since is None]
        waiting.sort(key=lambda i: (machines[i].down_since, i))
        for index in waiting:
            skill = self._repairer(index, machines[index])
            crew = None if skill is None else who(bench.plant, bench.state, skill, "repair")
            if crew is not None:
                bench.emit(RepairStarted(now, bench.names[index], crew))
                self.arm(index)

    def arm(self, index: int) -> None:
        """Work out when a machine fails next, or is up again."""
        bench, machine, ways = self._bench, self._bench.machines[index], self._ways[index]
        slot, ranks, now = self._slots[index], bench.wiring.ranks, bench.state.now
        if machine.down is not None:
            slot.set(self._repair_end(index, machine, now), ranks["repair"] + index)
            return
        is_working = machine.phase == "work" and is_running(bench.plant, bench.names[index], machine)
        soonest = FOREVER
        for way, failure in enumerate(ways):
            if is_working if failure.clock == "working" else not machine.is_closed:
                age = machine.ages[way] + now - machine.age_mark
                due = now + max(0, bench.times.to_failure(index, way, machine.failures[way], age) - age)
                if due < soonest:
                    soonest, self._next_way[index] = due, way
        slot.set(soonest if soonest < FOREVER else None, ranks["breakdown"] + index)

    def _due(self, index: int, now: int) -> None:
        bench, name = self._bench, self._bench.names[index]
        if bench.machines[index].down is None:
            bench.emit(BrokeDown(now, name, self._next_way[index]))
        else:
            bench.emit(Repaired(now, name))
            bench.asks.add(index)
        self.is_calling = bench.wiring.has_crews
        self._arm_work(index)
        self.arm(index)

    def _repairer(self, index: int, machine: MachineState) -> str | None:
        """The skill that a machine's repair takes; None if it is up or nobody in particular repairs it."""
        ways = self._known_ways[index]
        return ways[machine.down].crew if machine.down is not None and machine.down < len(ways) else None

    def _repair_end(self, index: int, machine: MachineState, now: int) -> int | None:
        """When a machine that is down will be up; None if nothing is known about its repairs."""
        ways, way = self._known_ways[index], machine.down
        if way is None or not ways or machine.repair_since is None:
            return None
        is_known = way < len(ways)
        count = machine.failures[way] - 1 if is_known else 0
        lasted = now - machine.repair_since
        drawn = self._bench.times.to_repair(index, way if is_known else 0, count, lasted)
        return max(now, machine.repair_since + drawn)
