"""Tools laid out: their units, how long they last, and who uses them."""

from collections.abc import Callable, Iterable

from plant_models.plant import Plant
from plant_models.resources import Tool
from twin.compiled import arrays as a
from twin.compiled import sharing
from twin.compiled.layout_people import Whole
from twin.compiled.timings import Timings
from twin.standing import State
from twin.wiring import Wiring


class Tools:
    """A plant's tools by number, and where the units of each lie: the *first*, and how many."""

    def __init__(self, plant: Plant, known: Wiring, state: State) -> None:
        self._plant, self._known, self._state = plant, known, state
        self.names = tuple(plant.tools)
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.counts_of = {name: _units(state, name) for name in self.names}
        self.firsts: dict[str, int] = {}
        first = 0
        for name in self.names:
            self.firsts[name] = first
            first += self.counts_of[name]
        self._unit_count = first

    def list(self, whole: Whole, names: Iterable[str]) -> int:
        """Put tools in a row; where they begin."""
        return whole(self.numbers[name] for name in names)

    def counts(self, whole: Whole) -> dict[str, int]:
        """What the world says of them."""
        equipped = [self._known.index[name] for name in self._plant.sharing.equipped]
        return {
            "tool_count": len(self.names),
            "unit_count": self._unit_count,
            "equipped": whole(equipped),
            "equipped_count": len(equipped),
        }

    def lay(
        self,
        add: Callable[..., int],
        timings: Timings,
        slot: Callable[[int, int], int],
        bases: Callable[..., int],
    ) -> None:
        """Add the records."""
        for number, tool in enumerate(self._plant.tools.values()):
            users = [self._known.index[name] for name in self._plant.sharing.users[tool.id]]
            add(
                "tool_terms",
                sharing.ToolTerms,
                count=tool.count,
                wears=int(tool.wears),
                life=a.NEVER if tool.life is None else tool.life,
                uses=a.NEVER if tool.uses is None else tool.uses,
                renewal=a.NOBODY if tool.renewal is None else timings.add(tool.renewal),
                bases=self._bases(tool, bases),
                first=self.firsts[tool.id],
                unit_count=self.counts_of[tool.id],
                tracked=len(self._state.tools[tool.id].worked),
                slot=slot(a.BY_RENEWAL, number),
                users=timings.whole(users),
                users_count=len(users),
            )

    def _bases(self, tool: Tool, bases: Callable[..., int]) -> int:
        """The names of the draws of each unit, two each; the number of the first."""
        count = self.counts_of[tool.id] if tool.wears else 0
        whats = [what for n in range(count) for what in (f"renewal {n}", f"renewal {n}\0again")]
        return bases(*whats, who=tool.id)


def _units(state: State, name: str) -> int:
    """How many units of a tool there are by number: one more than the highest that is anywhere."""
    known = state.tools[name]
    held = [thing.tools[name] for thing in state.machines.values() if name in thing.tools]
    held += [order.carriers[name] for order in state.orders.values() if name in order.carriers]
    return max((*known.free, *known.away, *held, len(known.worked) - 1), default=-1) + 1
