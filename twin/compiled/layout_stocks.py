"""Materials laid out: how they come in, who uses them up, what steps need of them and yield."""

from collections.abc import Callable, Iterator, Mapping

from plant_models.distributions import Constant
from plant_models.materials import Amount, Material, Replenishment
from plant_models.plant import Plant, Stop
from plant_models.shifts import FOREVER
from twin.compiled import arrays as a
from twin.compiled.layout_people import Whole
from twin.compiled.stock_arrays import StepSupply, StockTerms
from twin.compiled.timings import Timings
from twin.standing import State, StockState
from twin.wiring import Wiring


def named_like_a_lot(material: str, name: str) -> bool:
    """Whether an order has the name that a lot of a material can have that comes from outside."""
    start, _, number = name.rpartition("-")
    return start == material and number.isdecimal() and str(int(number)) == number


class Materials:
    """A plant's materials by number, and the lots of which there is any.

    A lot that came out of an order has the number of that order, the n-th that came from outside, or was there from the
    beginning (0), has the number -1 - n; any other one has a number behind those of the orders.
    """

    def __init__(self, plant: Plant, known: Wiring, state: State, orders: Mapping[str, int]) -> None:
        self._plant, self._known, self._state, self._orders = plant, known, state, orders
        self.names = tuple(plant.materials)
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self._others: dict[str, int] = {}
        self._other_names: list[str] = []

    def lot(self, material: str, name: str) -> int:
        """The number of a lot."""
        if name in self._orders:
            return self._orders[name]
        if named_like_a_lot(material, name):
            return -1 - int(name.rpartition("-")[2])
        if name not in self._others:
            self._others[name] = len(self._orders) + len(self._other_names)
            self._other_names.append(name)
        return self._others[name]

    def lot_name(self, material: str, number: int, orders: tuple[str, ...]) -> str:
        """The name of a lot."""
        if number < 0:
            return f"{material}-{-1 - number}"
        return orders[number] if number < len(orders) else self._other_names[number - len(orders)]

    def lay_stop(self, stop: Stop, product: str, add: Callable[..., int], whole: Whole) -> None:
        """Add what a step uses up and yields."""
        if not self.names:
            return
        uses, yields, stock = stop.operation.consumes, stop.operation.yields, self._plant.products[product].stock
        add(
            "step_supplies",
            StepSupply,
            uses=whole(self._said(uses)),
            use_count=len(uses),
            yields=whole(self._said(yields)),
            yield_count=len(yields),
            stock=a.NOBODY if stock is None else self.numbers[stock],
        )

    def _said(self, amounts: Mapping[str, Amount]) -> Iterator[int]:
        for name, amount in amounts.items():
            yield from (self.numbers[name], amount.quantity, int(amount.per == "unit"))

    def lay(
        self,
        add: Callable[..., int],
        timings: Timings,
        slot: Callable[[int, int], int],
        bases: Callable[..., int],
    ) -> None:
        """Add the records."""
        materials = list(self._plant.materials.values())
        deliveries = [slot(a.BY_DELIVERY, number) for number in range(len(materials))]
        expiries = [slot(a.BY_EXPIRY, number) for number in range(len(materials))]
        for material, delivery, expiry in zip(materials, deliveries, expiries, strict=True):
            users = [self._known.index[name] for name in self._plant.users(material.id)]
            add(
                "stock_terms",
                StockTerms,
                **_coming(material, timings),
                bases=bases("lead time", "lead time\0again", who=material.id),
                users=timings.whole(users),
                users_count=len(users),
                delivery_slot=delivery,
                expiry_slot=expiry,
            )

    def counts(self, whole: Whole, places: tuple[str, ...], together: int) -> dict[str, int]:
        """What the world says of them, where a machine takes so many orders *together* at most."""
        plant = self._plant
        using = {stop.place for way in plant.ways.values() for stop in way if stop.operation.consumes}
        once = sum(_at_once(material, self._state.stocks.get(material.id)) for material in plant.materials.values())
        return {
            "material_count": len(self.names),
            "more_parcels": 2 * once + (1 + together) * (len(self.names) + 1) + 2 * len(self.names) + 8,
            "more_facts": 2 * once + 2 * (1 + together) * len(self.names) + 64,
            "machines_using": whole(map(int, self._known.consumes)),
            "places_using": whole(int(place in using) for place in places),
            "products_stocked": whole(int(product.stock is not None) for product in plant.products.values()),
        }

    @property
    def parcels(self) -> int:
        """How many parcels there are."""
        stocks = [self._state.stocks[name] for name in self.names if name in self._state.stocks]
        return sum(len(s.lots) + len(s.wanting) + len(s.outside) + len(s.ordered) for s in stocks)


def _coming(material: Material, timings: Timings) -> dict[str, int]:
    """How a material comes in, and how much of it is kept for how long."""
    known = material.replenishment
    late = () if known is None else known.late
    return {
        "capacity": a.NOBODY if material.capacity is None else material.capacity,
        "shelf_life": a.NOBODY if material.shelf_life is None else material.shelf_life,
        "quantity": 0 if known is None else known.quantity,
        "every": a.NOBODY if known is None or known.every is None else known.every,
        "first": 0 if known is None else _first(known),
        "reorder_point": a.NOBODY if known is None or known.reorder_point is None else known.reorder_point,
        "lead_time": timings.add(Constant(0) if known is None or known.lead_time is None else known.lead_time),
        "late": timings.whole(time for delay in late for time in (delay.start, delay.end)),
        "late_count": len(late),
        "most": _most(material),
    }


def _first(known: Replenishment) -> int:
    """When a material comes by the clock for the first time."""
    return (known.every or 0) if known.first is None else known.first


def _most(material: Material) -> int:
    """So much of a material may be there from deliveries by the clock before it expires."""
    known = material.replenishment
    if known is None or known.every is None or material.shelf_life is None:
        return FOREVER
    return -(-material.shelf_life // known.every) * known.quantity


def _at_once(material: Material, stock: StockState | None) -> int:
    """How often a material may be delivered, or ordered, at one instant."""
    known = material.replenishment
    count = 2 + (0 if stock is None else len(stock.ordered))
    if known is None:
        return count
    if known.reorder_point is not None:
        count += known.reorder_point // known.quantity + 2
    if known.every is not None:
        count += max(((d.end - d.start) // known.every + 2 for d in known.late if d.end < FOREVER), default=2)
    return count
