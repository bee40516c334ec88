"""How long things take on one plant in one future: the draws of `twin.chance`, by machine number.

It remembers nothing but what it has worked out already, so forks of a floor share it.
"""

from plant_models.distributions import Constant, Distribution, Trace
from plant_models.plant import Machine, Plant
from twin.chance import Draw, Luck, name_hash
from twin.grades import Grades
from twin.state import OrderState
from twin.wiring import wiring


class Times:
    """The times and the scrap of a plant's machines, as *chance* has them."""

    def __init__(self, plant: Plant, chance: Luck) -> None:
        self.plant, self.chance = plant, chance
        self.grades = Grades(plant, chance)
        self._names = tuple(plant.machines)
        self._hashes: dict[str, int] = {}
        self._wholes = tuple(machine.whole for machine in plant.machines.values())
        self._sure = wiring(plant).sure_times
        self._work = [known.copy() for known in self._sure]
        self._renewals: dict[tuple[str, int], Draw] = {}
        self._purchases: dict[str, Draw] = {}
        self._empty: list[dict[int, Draw]] = [{} for _ in self._names]
        self._faults: dict[tuple[int, int, str], Draw] = {}
        self._branch = [chance.share("branch", name) for name in self._names]
        self._scrap = [chance.share("scrap", name) for name in self._names]

    def work(
        self, index: int, order_name: str, order: OrderState, lasted: int, restarts: int = 0, level: int = 0
    ) -> int:
        """Milliseconds of the order's present step in all, when it has gone on for *lasted*.

        *restarts* is how often it was begun again, *level* how worn the machine was when it began. Where the order is
        inspected, that comes after the work; it is the work that has lasted, up to its draw.
        """
        if order.grade is not None:
            return self._inspected_work(index, order_name, order, lasted, restarts, level)
        draw = self._work[index].get((order.order.product, order.step, order.quantity, level))
        if draw is None:
            return self._work_alone(index, order_name, order, order.quantity, lasted, restarts, level)
        order_hash = self._hashes.get(order_name) or self._hash(order_name)
        return draw(order_hash, order.step + (order.repeats << 16) + (restarts << 30), lasted)

    def _inspected_work(
        self, index: int, order_name: str, order: OrderState, lasted: int, restarts: int, level: int
    ) -> int:
        """Milliseconds of the work on the pieces that are worked on, and of the inspection that follows."""
        work = self._work_alone(index, order_name, order, order.at_work, 0, restarts, level)
        inspecting = self.grades.inspecting(order_name, order, max(0, lasted - work))
        if inspecting:
            return work + inspecting
        return self._work_alone(index, order_name, order, order.at_work, lasted, restarts, level)

    def _work_alone(
        self, index: int, order_name: str, order: OrderState, quantity: int, lasted: int, restarts: int, level: int
    ) -> int:
        product, step = order.order.product, order.step
        draw = self._work[index].get((product, step, quantity, level))
        if draw is None:
            draw, is_recorded = self._draw_of_work(index, product, step, quantity, level)
            if is_recorded:
                return draw(0, order.number, lasted)
            self._work[index][product, step, quantity, level] = draw
        return draw(self._hash(order_name), step + (order.repeats << 16) + (restarts << 30), lasted)

    def _draw_of_work(self, index: int, product: str, step: int, quantity: int, level: int) -> tuple[Draw, bool]:
        """Where the times of a step come from on a machine, and whether they are recorded ones."""
        name = self._names[index]
        work, machine = self.plant.stops(product)[step].operation.work(name, quantity), self.plant.machines[name]
        speed = machine.speed * machine.wear.levels[level].speed if machine.wear and level else machine.speed
        draw = self.chance.draw("work", name, work if speed == 1 else work.scaled(1 / speed))
        if isinstance(work, Constant):
            self._sure[index][product, step, quantity, level] = draw
        return draw, isinstance(work, Trace)

    def setup(self, index: int, family: str | None, order_name: str, order: OrderState, lasted: int = 0) -> int:
        """Milliseconds to set a machine up for the order's present step in all, when it has gone on for *lasted*.

        The empty runs of vehicles vary as their fleet says; all other setups take the time in the table.
        """
        name, product = self._names[index], order.order.product
        time = self.plant.setup_time(name, family, product, order.step)
        fleet = self.plant.vehicles.get(name)
        if fleet is None or not fleet.variation or not time:
            return time
        draws = self._empty[index]
        draw = draws.get(time)
        if draw is None:
            draw = draws[time] = self.chance.draw("empty run", name, fleet.empty(time))
        return draw(self._hash(order_name), order.step + (order.repeats << 16), lasted)

    def scrap(self, index: int, order_name: str, order: OrderState, level: int = 0) -> int:
        """Pieces of the order that do not survive its present step: the mean, rounded up or down by lot."""
        share = self.plant.stops(order.order.product)[order.step].operation.scrap
        if level:
            wear = self.plant.machines[self._names[index]].wear
            share += (1 - share) * wear.levels[level].scrap if wear is not None else 0
        if not share:
            return 0
        which = order.step + (order.repeats << 16)
        return int(order.at_work * share + self._scrap[index](self._hash(order_name), which))

    def following(self, index: int, order_name: str, order: OrderState) -> int | None:
        """The step that the order goes to after its present one; None for the one that follows."""
        branches = self.plant.stops(order.order.product)[order.step].branches
        if not branches:
            return None
        lot = self._branch[index](self._hash(order_name), order.step + (order.repeats << 16))
        for step, share in branches:
            lot -= share
            if lot < 0:
                return step
        return branches[-1][0]

    def to_failure(self, index: int, way: int, count: int, age: int) -> int:
        """Milliseconds on the clock of one way of failing until it happens for the *count*-th time (from 0)."""
        return self._fault(index, way, "failure")(0, count, age)

    def to_repair(self, index: int, way: int, count: int, lasted: int) -> int:
        """Milliseconds that the *count*-th repair (from 0) takes in all, when it has gone on for *lasted*."""
        return self._fault(index, way, "repair")(0, count, lasted)

    def to_renewal(self, tool: str, unit: int, count: int, lasted: int) -> int:
        """Milliseconds that the *count*-th renewal (from 0) of a unit takes in all, when it has lasted *lasted*."""
        draw = self._renewals.get((tool, unit))
        if draw is None:
            renewal = self.plant.tools[tool].renewal
            assert renewal is not None  # what wears out has one
            draw = self._renewals[tool, unit] = self.chance.draw(f"renewal {unit}", tool, renewal)
        return draw(0, count, lasted)

    def to_delivery(self, material: str, number: int, lasted: int) -> int:
        """Milliseconds that a purchase of a material takes in all, when it has been on its way for *lasted*."""
        draw = self._purchases.get(material)
        if draw is None:
            replenishment = self.plant.materials[material].replenishment
            lead_time = None if replenishment is None else replenishment.lead_time
            draw = self._purchases[material] = self.chance.draw("lead time", material, lead_time or Constant(0))
        return draw(0, number, lasted)

    def to_wear(self, index: int, level: int, count: int, age: int) -> int:
        """Milliseconds on the clock of the wear that a machine stays at *level* after its *count*-th renewal."""
        return self._fault(index, level, "wear")(0, count, age)

    def to_maintain(self, index: int, number: int, count: int, lasted: int) -> int:
        """Milliseconds that the *count*-th maintenance (from 0) takes in all, when it has gone on for *lasted*."""
        return self._fault(index, number, "maintenance")(0, count, lasted)

    def _fault(self, index: int, way: int, what: str) -> Draw:
        draw = self._faults.get((index, way, what))
        if draw is None:
            times = _stopping(self.plant.machines[self._names[index]], way, what)
            draw = self._faults[index, way, what] = self.chance.draw(f"{what} {way}", self._wholes[index], times)
        return draw

    def _hash(self, order: str) -> int:
        known = self._hashes.get(order)
        if known is None:
            known = self._hashes[order] = name_hash(order)
        return known


def _stopping(machine: Machine, way: int, what: str) -> Distribution:
    """How long it takes until a machine fails, is repaired, is worn further, or is maintained."""
    match what:
        case "failure":
            return machine.failures[way].time_to_failure
        case "repair":
            return machine.failures[way].time_to_repair
        case "maintenance":
            return machine.maintenance[way].duration
    time = None if machine.wear is None else machine.wear.levels[way].time_to_next
    if time is None:
        raise ValueError(f"machine {machine.id!r} stays at level {way} of its wear")
    return time
