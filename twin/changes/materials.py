"""What if materials came late, or there were more or less of them in stock."""

from dataclasses import dataclass

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.materials import Delay
from plant_models.plant import Plant
from plant_models.scenario import Scenario
from twin.applying.materials import put_in, take_out
from twin.changes.edit import altered, check_window, found, when, with_one
from twin.state import State


@dataclass(frozen=True, slots=True)
class LateDelivery:
    """Deliveries of a material that are due from *start* on come only at *end*."""

    material: str
    start: int
    end: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The material that nobody delivers meanwhile."""
        known = found(scenario, "materials", self.material).replenishment
        if known is None:
            raise InvalidPlant(f"material {self.material!r} never comes in; no delivery of it can be late")
        check_window(self.words(), self.start, self.end)
        late = altered(known, late=_joined((*known.late, Delay(self.start, self.end))))
        return with_one(scenario, "materials", self.material, replenishment=late)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return (
            f"deliveries of {self.material} that are due from {when(self.start, epoch)} on come at "
            f"{when(self.end, epoch)}"
        )


@dataclass(frozen=True, slots=True)
class StockChange:
    """There is so much of a material in stock, whatever the books say: at the epoch, or now on a floor that works."""

    material: str
    stock: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The material with the other stock at the epoch."""
        return with_one(scenario, "materials", self.material, stock=self.stock)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"there is {self.stock:,} of {self.material} in stock"

    def count(self, plant: Plant, state: State) -> None:
        """Let the stock of a floor be so: what is too much goes, first what expires first; what lacks is a new lot."""
        known = state.stocks[self.material]
        while known.level > self.stock:
            lot = known.lots[0]
            take_out(self.material, known, lot.id, min(lot.quantity, known.level - self.stock))
        if known.level < self.stock:
            put_in(plant, self.material, known, f"{self.material}, counted", self.stock - known.level, state.now)
        for machine in plant.users(self.material):
            state.machines[machine].is_held = False


def _joined(delays: tuple[Delay, ...]) -> tuple[Delay, ...]:
    """The same delays, those that touch each other as one."""
    joined: list[Delay] = []
    for delay in sorted(delays):
        if joined and delay.start <= joined[-1].end:
            joined[-1] = Delay(joined[-1].start, max(joined[-1].end, delay.end))
        else:
            joined.append(delay)
    return tuple(joined)
