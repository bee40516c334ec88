"""The stocks of a simulated floor: what comes in, what is used up, what is kept too long."""

from collections.abc import Callable
from functools import partial

from plant_models.events import Consumed, Delivered, Expired, Reordered, Stored
from plant_models.plant import Material
from plant_models.shifts import FOREVER
from twin.engine.bench import Bench
from twin.state import OrderState, StockState

_PATIENCE = 1000
"""So many deliveries, one after the other, that let nothing go on are enough to say that none ever will."""


class Stocks:
    """Keeps the stocks of a plant; *gone_on* is told of each order that has put away all that it had.

    At one instant, deliveries come in before anything is taken out. Then, whenever there is room: what waits on
    machines goes in first, first come first, then what waits before the door. A machine that needs more than is in
    stock takes it straight from those, in the same sequence; it passes through the stock, which for that is never too
    small.
    """

    def __init__(self, bench: Bench, gone_on: Callable[[OrderState, int], None]) -> None:
        self._bench, self._gone_on = bench, gone_on
        self._materials = tuple(bench.plant.materials.values())
        self._index = {material.id: number for number, material in enumerate(self._materials)}
        count = range(len(self._materials))
        self._deliveries = [bench.slot(partial(self._delivery_due, number)) for number in count]
        self._expiries = [bench.slot(partial(self._expiry_due, number)) for number in count]
        self._users = [tuple(bench.wiring.index[name] for name in bench.plant.users(m.id)) for m in self._materials]
        self._in_vain = 0
        self.stirred: set[int] = set()

    def look_again(self) -> None:
        """Work out from the state what is due."""
        self.stirred.update(range(len(self._materials)))

    def settle(self) -> None:
        """Put away and order what can be, in the stocks in which something changed."""
        while self.stirred:
            number = min(self.stirred)
            self.stirred.discard(number)
            material, stock = self._materials[number], self._bench.state.stocks[self._materials[number].id]
            if stock.wanting or stock.outside:
                self._let_in(material, stock, _room(material, stock))
            self._reorder(material, stock)
            self._arm(number)

    def put_out(self, name: str) -> None:
        """An order on its machine has something for the stocks."""
        for number, material in enumerate(self._materials):
            if any(order == name for order, _ in self._bench.state.stocks[material.id].wanting):
                self._stir(number)

    def consume(self, index: int, name: str, order: OrderState) -> None:
        """Let a machine use up what it needs for an order that it takes now."""
        bench = self._bench
        self._in_vain = 0
        for material, amount in bench.plant.stops(order.order.product)[order.step].operation.consumes.items():
            number, needed = self._index[material], amount.of(order.at_work)
            stock = bench.state.stocks[material]
            if stock.level < needed:
                self._let_in(self._materials[number], stock, needed - stock.level)
            lots = tuple(_picked(stock, needed).items())
            bench.emit(Consumed(bench.state.now, bench.names[index], name, order.step, material, lots))
            self.stirred.add(number)

    @property
    def is_in_vain(self) -> bool:
        """Whether so much has come in without letting anything go on that no delivery ever will."""
        return self._in_vain > _PATIENCE

    # -- what is due ------------------------------------------------------------------------------------------------

    def _delivery_due(self, number: int, now: int) -> None:
        bench, material = self._bench, self._materials[number]
        stock = bench.state.stocks[material.id]
        self._in_vain += 1
        due = [(self._arrival(number, p.number), p.number, p.quantity) for p in stock.ordered]
        for _, purchase, quantity in sorted(arrival for arrival in due if arrival[0] <= now):
            self._deliver(material, stock, quantity, now, purchase)
        replenishment = material.replenishment
        coming = None if replenishment is None else replenishment.coming(now, stock.delivered_at)
        if replenishment is not None and coming is not None and coming[0] == now:
            for _ in range(coming[1]):
                self._deliver(material, stock, replenishment.quantity, now, None)
        self._stir(number)

    def _deliver(self, material: Material, stock: StockState, quantity: int, now: int, purchase: int | None) -> None:
        fits = min(quantity, max(0, _room(material, stock)))
        lot = f"{material.id}-{stock.deliveries + 1}"
        self._bench.emit(Delivered(now, material.id, lot, fits, quantity - fits, purchase))

    def _expiry_due(self, number: int, now: int) -> None:
        bench, material = self._bench, self._materials[number]
        bench.state.now = now
        for lot in bench.state.stocks[material.id].lots.copy():
            if lot.expires_at is not None and lot.expires_at <= now:
                bench.emit(Expired(now, material.id, lot.id, lot.quantity))
        self.stirred.add(number)

    def _arm(self, number: int) -> None:
        bench, material = self._bench, self._materials[number]
        stock, now, ranks = bench.state.stocks[material.id], bench.state.now, bench.wiring.ranks
        arrivals = [self._arrival(number, purchase.number) for purchase in stock.ordered]
        coming = None if material.replenishment is None else material.replenishment.coming(now, stock.delivered_at)
        if coming is not None:
            arrivals.append(coming[0])
        self._deliveries[number].set(min(arrivals) if arrivals else None, ranks["delivery"] + number)
        expires_at = stock.lots[0].expires_at if stock.lots else None
        self._expiries[number].set(None if expires_at is None else max(now, expires_at), ranks["expiry"] + number)

    def _arrival(self, number: int, purchase: int) -> int:
        """When what was ordered arrives; what is overdue arrives now, or when nothing holds it up any more."""
        bench, material = self._bench, self._materials[number]
        now = bench.state.now
        known = next(p for p in bench.state.stocks[material.id].ordered if p.number == purchase)
        replenishment = material.replenishment
        held_since = None if replenishment is None else replenishment.held_since(now)
        lasted = now - known.ordered_at if held_since is None else max(0, held_since - known.ordered_at)
        due = max(now, known.ordered_at + bench.times.to_delivery(material.id, purchase, lasted))
        return due if replenishment is None else replenishment.arrival(due)

    # -- what follows at once ---------------------------------------------------------------------------------------

    def _stir(self, number: int) -> None:
        """More of a material is at hand."""
        self.stirred.add(number)
        self._bench.asks.update(self._users[number])

    def _let_in(self, material: Material, stock: StockState, room: int) -> None:
        """Let so much into a stock that waits to come in."""
        bench, now = self._bench, self._bench.state.now
        while stock.wanting and room > 0:
            name, waiting = stock.wanting[0]
            order, quantity = bench.state.orders[name], min(room, waiting)
            machine = order.where
            room -= quantity
            bench.emit(Stored(now, machine, name, material.id, name, quantity))
            if not order.keeps:
                self._gone_on(order, bench.wiring.index[machine])
        while stock.outside and room > 0:
            lot = stock.outside[0]
            quantity = min(room, lot.quantity)
            room -= quantity
            bench.emit(Delivered(now, material.id, lot.id, quantity, lot.quantity - quantity))

    def _reorder(self, material: Material, stock: StockState) -> None:
        replenishment = material.replenishment
        if replenishment is None or replenishment.reorder_point is None:
            return
        outside = sum(lot.quantity for lot in stock.outside)
        known = stock.level + outside + sum(purchase.quantity for purchase in stock.ordered)
        while known <= replenishment.reorder_point:
            self._bench.emit(Reordered(self._bench.state.now, material.id, stock.purchases, replenishment.quantity))
            known += replenishment.quantity


def _room(material: Material, stock: StockState) -> int:
    return FOREVER if material.capacity is None else material.capacity - stock.level


def _picked(stock: StockState, quantity: int) -> dict[str, int]:
    """So much of a stock, lot by lot, what expires first before the rest."""
    found: dict[str, int] = {}
    for lot in stock.lots:
        taken = min(quantity, lot.quantity)
        found[lot.id] = found.get(lot.id, 0) + taken
        quantity -= taken
        if not quantity:
            break
    return found
