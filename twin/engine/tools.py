"""Tools on the simulated floor: they wear out, go away, and come back as good as new."""

from functools import partial

from plant_models.events import ToolRenewed, ToolWornOut
from twin.applying.tools import is_worn_out
from twin.engine.bench import Bench


class Tools:
    """Sends worn out units away and lets them come back.

    *is_calling* says that something was given back: what is worn out goes away, and the rest may be wanted.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._tools = tuple(bench.plant.tools.values())
        self._slots = [bench.slot(partial(self._due, n)) for n in range(len(self._tools))]
        self.is_calling = False
        self._needy = tuple(bench.wiring.index[name] for name in bench.plant.sharing.equipped)

    def look_again(self) -> None:
        """Work out from the state what is due."""
        for number in range(len(self._tools)):
            self._arm(number)
        self.is_calling = bool(self._tools)

    def look_over(self) -> None:
        """Let what is worn out go away, and machines that may want the rest be asked."""
        self.is_calling = False
        bench = self._bench
        for number, tool in enumerate(self._tools):
            if tool.wears:
                known = bench.state.tools[tool.id]
                worn = [unit for unit in known.free if is_worn_out(tool, known, unit)]
                for unit in worn:
                    bench.emit(ToolWornOut(bench.state.now, tool.id, unit))
                if worn:
                    self._arm(number)
        bench.asks.update(self._needy)

    def _due(self, number: int, now: int) -> None:
        bench, tool = self._bench, self._tools[number]
        for unit in bench.state.tools[tool.id].away.copy():
            if self._back(number, unit, now) <= now:
                bench.emit(ToolRenewed(now, tool.id, unit))
        bench.asks.update(self._needy)
        self._arm(number)

    def _arm(self, number: int) -> None:
        bench = self._bench
        now = bench.state.now
        due = min(
            (self._back(number, unit, now) for unit in bench.state.tools[self._tools[number].id].away), default=None
        )
        self._slots[number].set(due, bench.wiring.ranks["renewal"] + number)

    def _back(self, number: int, unit: int, now: int) -> int:
        """When a unit that is away comes back."""
        tool, known = self._tools[number].id, self._bench.state.tools[self._tools[number].id]
        since = known.since[unit]
        return max(now, since + self._bench.times.to_renewal(tool, unit, known.renewals[unit], now - since))
