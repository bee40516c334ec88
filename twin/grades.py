"""How good the pieces are on one plant in one future: what nobody has seen yet, worked out from the names of draws.

Hidden defects are no state, because no floor could tell them. They follow from how an order went through its steps
(`twin.standing.Passage`) and from chance, so whoever has both can work them out at any instant, a fork as well.
"""

from collections.abc import Callable, Sequence

from plant_models.orders import Operation
from plant_models.plant import Plant
from plant_models.quality import Characteristic, Inspection
from plant_models.shifts import HOUR
from twin.chance import Luck, name_hash
from twin.counts import binomial, hypergeometric
from twin.standing import Hold, OrderState, Passage, State
from twin.transforms import normal_at, normal_below

Share = Callable[[int, int], float]


class Grades:
    """The defects, measured values and verdicts of a plant, as *chance* has them."""

    def __init__(self, plant: Plant, chance: Luck) -> None:
        self.plant, self.chance = plant, chance
        self._shares: dict[tuple[str, str], Share] = {}

    def is_inspected(self, name: str, order: OrderState) -> bool:
        """Whether the order is one of those that are looked at when its present step is finished."""
        inspection = self.plant.stops(order.order.product)[order.step].operation.inspection
        if inspection is None:
            return False
        if inspection.of == "pieces" or (order.grade is not None and order.grade.again):
            return inspection.pieces(order.at_work) > 0
        return self._share("inspected", order, name, order.step) < inspection.share

    def inspecting(self, name: str, order: OrderState, lasted: int) -> int:
        """Milliseconds that inspecting makes the order's present step longer, when it has gone on for *lasted*."""
        inspection = self.plant.stops(order.order.product)[order.step].operation.inspection
        if inspection is None or inspection.duration is None:
            return 0
        if not self.chance.breaks_down:
            return max(lasted, round(inspection.expected(order.at_work)))
        if not self.is_inspected(name, order):
            return 0
        pieces = inspection.pieces(order.at_work) if inspection.per == "unit" else 1
        operation = self.plant.stops(order.order.product)[order.step].operation.id
        draw = self.chance.draw("inspection", operation, inspection.duration.scaled(pieces))
        return draw(name_hash(name), _which(order.step, order.repeats), lasted)

    def measured(self, name: str, order: OrderState, passage: Passage) -> list[tuple[Characteristic, float, int]]:
        """What is measured at the end of a step, its value, and how many of the pieces are sorted out at once."""
        found, left = [], passage.pieces - passage.scrap
        for characteristic in self._operation(order, passage.step).characteristics:
            if left <= 0:
                break
            value, out = self._out(characteristic, name, passage, left)
            gone = out if characteristic.found == "at_once" else 0
            left -= gone
            found.append((characteristic, value, gone))
        return found

    def failed(self, name: str, order: OrderState, passage: Passage) -> int:
        """How many of the pieces that are inspected at the end of a step fail."""
        inspection = self._operation(order, passage.step).inspection
        assert inspection is not None  # somebody inspects
        left = passage.pieces - passage.scrap
        bad = self._pool(name, order, passage)
        caught, false = self._verdict(inspection, name, order, passage, left, bad)
        return caught + false

    def hidden(self, name: str, order: OrderState) -> int:
        """How many pieces of an order have a defect that nobody has found."""
        grade = order.grade
        if grade is None:
            return 0
        rest, again = self._after(name, order, grade.passages)
        return min(order.quantity, rest + again)

    def hold_time(self, name: str, order: OrderState, hold: Hold, lasted: int) -> int | None:
        """Milliseconds that an inspection holds an order in all, when it did for *lasted*; None where it does not."""
        inspection = None if hold.step is None else self._operation(order, hold.step).inspection
        if inspection is None or inspection.hold_time is None or hold.step is None:
            return None
        draw = self.chance.draw("hold", self._operation(order, hold.step).id, inspection.hold_time)
        return draw(name_hash(name), _which(hold.step, order.repeats), lasted)

    def is_freed(self, name: str, order: OrderState, hold: Hold) -> bool:
        """Whether an order that an inspection holds goes on afterwards; else it is scrapped."""
        inspection = None if hold.step is None else self._operation(order, hold.step).inspection
        if inspection is None or hold.step is None:
            return True
        return self._share("freed", order, name, hold.step) < inspection.freed

    # -- what is hidden ---------------------------------------------------------------------------------------------

    def _after(self, name: str, order: OrderState, passages: Sequence[Passage]) -> tuple[int, int]:
        """Hidden defects after *passages*: among the pieces that are not being reworked, and among those that are."""
        rest = again = 0
        for passage in passages:
            if not passage.again:
                rest, again = rest + again, 0
            bad = self._made(name, order, passage, again if passage.again else rest)
            if passage.inspected:
                inspection = self._operation(order, passage.step).inspection
                if inspection is not None:
                    left = passage.pieces - passage.scrap
                    bad -= min(passage.failed, self._verdict(inspection, name, order, passage, left, bad)[0])
            if passage.again:
                again = bad
            else:
                rest = bad
            if passage.sent_back:
                rest, again = rest + again, 0
        return rest, again

    def _pool(self, name: str, order: OrderState, passage: Passage) -> int:
        """Hidden defects among the pieces at work when they have come through *passage*, and nobody has inspected."""
        passages = () if order.grade is None else order.grade.passages
        rest, again = self._after(name, order, passages)
        return self._made(name, order, passage, again if passage.again else rest + again)

    def _made(self, name: str, order: OrderState, passage: Passage, bad: int) -> int:
        """Hidden defects among the pieces at work after a step, when there were *bad* before: some lost, some made."""
        operation = self._operation(order, passage.step)
        share = self._of(passage, name)
        if bad and passage.scrap:
            bad -= hypergeometric(passage.pieces, bad, passage.scrap, share("lost", operation.id))
        left = passage.pieces - passage.scrap
        bad = min(bad, left)
        if operation.defects:
            bad += binomial(left - bad, operation.defects, share("defects", operation.id))
        for characteristic in operation.characteristics:
            if characteristic.found == "at_inspection" and left > bad:
                bad += self._out(characteristic, name, passage, left - bad)[1]
        return bad

    def _out(self, characteristic: Characteristic, name: str, passage: Passage, pieces: int) -> tuple[float, int]:
        """The value of the piece that is measured, and how many of *pieces*, it among them, are out of limits."""
        share, who = self._of(passage, name), f"{characteristic.id}\0{passage.step}"
        mean = characteristic.mean(passage.machine, passage.wear, passage.worked / HOUR)
        value = characteristic.told(mean + characteristic.sd * normal_at(share("measured", who)))
        out = int(characteristic.is_out(value))
        if pieces > 1:
            out += binomial(pieces - 1, share_out(characteristic, mean), share("out of limits", who))
        return value, out

    def _verdict(
        self, inspection: Inspection, name: str, order: OrderState, passage: Passage, left: int, bad: int
    ) -> tuple[int, int]:
        """How many defective pieces fail, and how many good ones, of those that are looked at."""
        share, who = self._of(passage, name), self._operation(order, passage.step).id
        seen = hypergeometric(left, bad, passage.inspected, share("sample", who))
        caught = binomial(seen, 1 - inspection.false_pass, share("found", who))
        return caught, binomial(min(passage.inspected, left) - seen, inspection.false_fail, share("false fail", who))

    def _operation(self, order: OrderState, step: int) -> Operation:
        return self.plant.stops(order.order.product)[step].operation

    def _of(self, passage: Passage, name: str) -> Callable[[str, str], float]:
        which, order = _which(passage.step, passage.repeats), name_hash(name)
        return lambda what, who: self._of_kind(what, who)(order, which)

    def _share(self, what: str, order: OrderState, name: str, step: int) -> float:
        return self._of_kind(what, self._operation(order, step).id)(name_hash(name), _which(step, order.repeats))

    def _of_kind(self, what: str, who: str) -> Share:
        known = self._shares.get((what, who))
        if known is None:
            known = self._shares[what, who] = self.chance.share(what, who)
        return known


def share_out(characteristic: Characteristic, mean: float) -> float:
    """The share of the pieces that are out of limits where the mean is *mean*."""
    sd = characteristic.sd
    if sd == 0:
        return float(characteristic.is_out(mean))
    below = 0.0 if characteristic.lower is None else normal_below((characteristic.lower - mean) / sd)
    above = 0.0 if characteristic.upper is None else normal_below((mean - characteristic.upper) / sd)
    return min(1.0, below + above)


def escaped_pieces(plant: Plant, state: State, chance: Luck) -> int:
    """How many pieces with a defect left with finished orders, and nobody found it.

    No facts tell that, on no floor: it takes the *chance* that the floor was played with.
    """
    grades = Grades(plant, chance)
    return sum(grades.hidden(name, order) for name, order in state.orders.items() if order.stage == "finished")


def _which(step: int, repeats: int) -> int:
    return step + (repeats << 16)
