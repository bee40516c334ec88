"""What an idle machine may take on the simulated floor, and when time alone brings it something."""

from plant_models.shifts import FOREVER
from twin.engine.bench import Bench
from twin.needs import lack
from twin.state import MachineState
from twin.upkeep import is_drained


class Options:
    """Tells what machines may take, and has them asked again when time alone brings them another option."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._slots = bench.slots(self._due)

    def of(self, index: int) -> tuple[str, ...]:
        """The orders that a machine may take now; none if it may not take any."""
        bench = self._bench
        machine, state, wiring = bench.machines[index], bench.state, bench.wiring
        if machine.phase != "idle" or machine.is_closed or machine.down is not None or machine.maintenance is not None:
            return ()
        if machine.is_held and (machine.held_until is None or state.now < machine.held_until):
            return ()
        place = wiring.queue_of[index]
        if place is not None:
            queue = state.buffers[place]
            return (queue[0],) if queue else ()
        if wiring.drains[index] and is_drained(bench.plant, state, bench.names[index]):
            return ()
        options = wiring.options(state, index)
        if wiring.checks[index] and options:
            options = self._allowed(index, options)
        least = wiring.least_runs[index]
        return self._same_family(machine, options) if 0 < machine.run < least else options

    def soonest(self, index: int, until: int | None) -> int | None:
        """When a machine that was just asked is to be asked again: *until*, or when time brings it another option."""
        bench = self._bench
        woken = self._slots[index].due if bench.wiring.checks[index] else None
        if woken is None or woken <= bench.state.now:
            return until
        return woken if until is None else min(woken, until)

    def _same_family(self, machine: MachineState, options: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the orders for which a machine is set up; all of them where there are none."""
        orders, products = self._bench.state.orders, self._bench.plant.products
        same = tuple(o for o in options if products[orders[o].order.product].family == machine.family)
        return same or options

    def _allowed(self, index: int, options: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the orders for which the machine has all it needs; it is asked again when time alone brings more."""
        bench = self._bench
        checks, state = bench.wiring.checks[index], bench.state
        allowed, soonest = [], FOREVER
        for order in options:
            lacking = lack(checks, state, order)
            if lacking is None:
                allowed.append(order)
            elif lacking.until is not None and lacking.what != "material":  # deliveries ask for themselves
                soonest = min(soonest, lacking.until)
        self._slots[index].set(soonest if soonest < FOREVER else None, bench.wiring.ranks["wake"] + index)
        return tuple(allowed)

    def _due(self, index: int, now: int) -> None:
        bench = self._bench
        bench.is_idling = False
        bench.state.now = now
        bench.asks.add(index)
