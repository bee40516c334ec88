"""Quality on the simulated floor: what is measured, who inspects, what is held and for how long."""

from collections.abc import Callable

from msgspec.structs import replace

from plant_models.events import Inspected, Measured, OrderFreed, OrderHeld
from twin.engine.bench import Bench
from twin.engine.releases import Releases
from twin.standing import OrderState, Passage, is_running

Outcome = tuple[int, int, int | None, int]
"""Pieces that go on, pieces that are scrap, the step that follows (None: the next), pieces to be worked on again."""


class Quality:
    """Measures and inspects what machines finish, and frees held orders.

    *offer* is told of each held order that goes on, *left* when one is given up and leaves.
    """

    def __init__(
        self, bench: Bench, releases: Releases, offer: Callable[[OrderState], None], left: Callable[[], None]
    ) -> None:
        self._bench, self._releases, self._offer, self._left = bench, releases, offer, left
        self._grades = bench.times.grades
        self._slot = bench.slot(self._due)

    @property
    def is_due(self) -> bool:
        """Whether a held order will be freed."""
        return self._slot.due is not None

    def look_again(self) -> None:
        """Work out from the state what is due."""
        bench = self._bench
        dues = [due for name, order in bench.state.orders.items() if (due := self._end(name, order)) is not None]
        self._slot.set(max(bench.state.now, min(dues)) if dues else None, bench.wiring.ranks["free"])

    def arm(self, name: str, order: OrderState) -> None:
        """Work out when an order is freed that has just been held."""
        end, due = self._end(name, order), self._slot.due
        if end is not None and (due is None or end < due):
            self._slot.set(max(self._bench.state.now, end), self._bench.wiring.ranks["free"])

    def outcome(self, index: int, order: OrderState, now: int) -> Outcome:
        """What comes of an order that a machine is done with, once all is measured and inspected."""
        bench, machine, name = self._bench, self._bench.machines[index], order.order.id
        times, wiring = bench.times, bench.wiring
        level = machine.upkeep.worked_at if machine.upkeep is not None else 0
        is_risky = level or wiring.scraps[order.order.product][order.step]
        scrap = times.scrap(index, name, order, level) if is_risky else 0
        to = times.following(index, name, order) if wiring.has_branches else None
        if to is not None and to in wiring.returns[order.order.product][order.step] and self._is_worn_out(order):
            return self.given_up(order)
        if not wiring.graded[order.order.product][order.step]:
            return order.quantity - scrap, scrap, to, 0
        scrap, rework, to = self._graded(index, name, order, scrap, to, now)
        return order.quantity - scrap, scrap, to, rework

    def _is_worn_out(self, order: OrderState) -> bool:
        """Whether an order was sent back as often as it may be."""
        limit = self._bench.plant.stops(order.order.product)[order.step].operation.rework_limit
        return limit is not None and order.repeats >= limit

    def _graded(
        self, index: int, name: str, order: OrderState, scrap: int, to: int | None, now: int
    ) -> tuple[int, int, int | None]:
        """The outcome where *scrap* pieces are lost already, and the order would go *to* a step."""
        if scrap == order.quantity:
            return scrap, 0, to
        stops, grade = self._bench.plant.stops(order.order.product), order.grade
        scrap, rework = self._judge(index, name, order, scrap, now)
        if rework:
            return scrap, rework, stops[order.step].rework
        if grade is not None and grade.again and scrap >= grade.again and order.step != grade.sent_from:
            return scrap, 0, self._usual(order, grade.sent_from)
        return scrap, 0, to

    def given_up(self, order: OrderState) -> Outcome:
        """The outcome where what is at work is sent back no more or was spoiled: scrap, and the other pieces go on."""
        lost, grade = order.at_work, order.grade
        if grade is None or lost == order.quantity:
            return 0, order.quantity, None, 0
        return order.quantity - lost, lost, self._usual(order, grade.sent_from), 0

    def _usual(self, order: OrderState, step: int) -> int:
        """The step behind a step where most go on to; what is sent back is not seen as going on."""
        branches = self._bench.plant.stops(order.order.product)[step].branches
        return max(((share, -to, to) for to, share in branches if to > step), default=(0, 0, step + 1))[2]

    def _judge(self, index: int, name: str, order: OrderState, scrap: int, now: int) -> tuple[int, int]:
        """How many pieces are scrap, and how many go back, once all is measured and inspected."""
        bench, stop = self._bench, self._bench.plant.stops(order.order.product)[order.step]
        machine, passage = bench.names[index], self._passage(index, order, scrap, now)
        for characteristic, value, gone in self._grades.measured(name, order, passage):
            bench.emit(Measured(now, machine, name, order.step, characteristic.id, value))
            scrap += gone
        passage = replace(passage, scrap=scrap)
        inspection, left = stop.operation.inspection, passage.pieces - scrap
        if inspection is None or left <= 0 or not self._grades.is_inspected(name, order):
            return scrap, 0
        passage = replace(passage, inspected=left if passage.again else inspection.pieces(left))
        failed = self._grades.failed(name, order, passage)
        bench.emit(Inspected(now, machine, name, order.step, passage.inspected, failed))
        if not failed:
            return scrap, 0
        if inspection.on_fail == "hold":
            if order.bound_for != "cancelled":  # such an order leaves as it is
                reason = f"{failed} of {passage.inspected} inspected pieces failed"
                bench.emit(OrderHeld(now, name, reason, order.step))
            return scrap, 0
        if inspection.on_fail == "rework" and (inspection.limit is None or order.repeats < inspection.limit):
            return scrap, failed
        return scrap + failed, 0

    def _passage(self, index: int, order: OrderState, scrap: int, now: int) -> Passage:
        bench, machine = self._bench, self._bench.machines[index]
        name, worked = bench.names[index], 0 if machine.upkeep is None else machine.upkeep.worked
        if machine.upkeep is not None and machine.phase == "work" and is_running(bench.plant, name, machine):
            worked += now - machine.age_mark
        again = order.grade is not None and order.grade.again > 0
        return Passage(
            machine=name,
            step=order.step,
            repeats=order.repeats,
            pieces=order.at_work,
            scrap=scrap,
            worked=worked,
            wear=machine.level,
            again=again,
        )

    def _end(self, name: str, order: OrderState) -> int | None:
        """When an order that is held is freed, as far as anybody knows."""
        hold = order.hold
        if hold is None or (order.stage != "held" and hold.until is None):
            return None
        if hold.until is not None:
            return hold.until
        lasted = self._bench.state.now - order.since
        time = self._grades.hold_time(name, order, hold, lasted)
        return None if time is None else order.since + time

    def _due(self, now: int) -> None:
        bench = self._bench
        bench.is_idling = False
        bench.state.now = now
        for name, order in bench.state.orders.items():
            end = self._end(name, order)
            if end is None or end > now or order.hold is None:
                continue
            is_good = order.stage != "held" or self._grades.is_freed(name, order, order.hold)
            bench.emit(OrderFreed(now, name, 0 if is_good else order.quantity))
            if order.stage == "planned":
                self._releases.look_again()
            elif order.stage == "released":
                self._offer(order)
            elif order.has_left:
                self._left()
        self.look_again()
