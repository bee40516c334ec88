"""What is known of the quality of orders, and who holds them: to and from `twin.standing.OrderState`."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from twin.compiled import arrays as a
from twin.compiled import grade_arrays as g
from twin.standing import Grade, Hold, OrderState, Passage

_SAID = ("step", "repeats", "pieces", "scrap", "worked", "wear", "inspected", "failed", "again", "sent_back")


def reason(failed: int, inspected: int) -> str:
    """Why an inspection holds an order."""
    return f"{failed} of {inspected} inspected pieces failed"


def passages_of(orders: Mapping[str, OrderState]) -> int:
    """How many passages there are of orders so far."""
    return sum(len(order.grade.passages) for order in orders.values() if order.grade is not None)


def put_grade(row: Any, order: OrderState, passages: Any, count: int, numbers: Mapping[str, int]) -> int:
    """Let a record say what is known of an order; so many passages there are then, where there were *count*."""
    hold, grade = order.hold, order.grade or Grade()
    row["is_graded"], row["first"], row["last"], row["seen"] = order.grade is not None, a.NOBODY, a.NOBODY, a.NOBODY
    row["inspected"], row["failed"], row["again"] = grade.inspected, grade.failed, grade.again
    row["sent_from"], row["sent_to"], row["rest"], row["reworked"] = grade.sent_from, grade.sent_to, 0, 0
    row["hold"] = g.NOT_HELD if hold is None else g.AS_TOLD
    row["hold_step"] = a.NOBODY if hold is None or hold.step is None else hold.step
    row["hold_until"] = a.NEVER if hold is None or hold.until is None else hold.until
    row["bound_for"] = g.BOUND_FOR.index(order.bound_for)
    for number, passage in enumerate(grade.passages, start=count):
        if number == count:
            row["first"] = number
        else:
            passages[number - 1]["following"] = number
        row["last"] = number
        known = passages[number]
        known["following"], known["machine"] = a.NOBODY, numbers.get(passage.machine, a.NOBODY)
        for field in _SAID:
            known[field] = getattr(passage, field)
    return count + len(grade.passages)


def set_grade(order: OrderState, row: Any, passages: Any, like: OrderState, machines: tuple[str, ...]) -> None:
    """Let an order have what its record says; *like* is the order as it was when the floor began."""
    order.bound_for = cast("Literal['held', 'cancelled'] | None", g.BOUND_FOR[row["bound_for"]])
    if row["hold"] == g.AS_TOLD:
        order.hold = like.hold
    elif row["hold"] == g.BY_INSPECTION:
        order.hold = Hold(reason(int(row["hold_failed"]), int(row["hold_inspected"])), int(row["hold_step"]))
    if row["is_graded"]:
        known = () if like.grade is None else like.grade.passages
        rest = list(_passages(int(row["first"]), passages, machines, len(known)))
        values = (int(row[field]) for field in ("inspected", "failed", "again", "sent_from", "sent_to"))
        order.grade = Grade((*known, *rest), *values)


def _passages(first: int, rows: Any, machines: tuple[str, ...], known: int) -> Iterator[Passage]:
    """The passages of an order from the first on, but for so many that are *known*."""
    while first >= 0:
        row = dict(zip(rows.dtype.names, rows[first].tolist(), strict=True))
        first = row.pop("following")
        known -= 1
        if known < 0:
            row["machine"] = machines[row["machine"]]
            yield Passage(**row | {"again": bool(row["again"]), "sent_back": bool(row["sent_back"])})
