"""When materials come in on the compiled floor: `plant_models.materials.Replenishment`, and who draws when."""

import numpy as np

from twin.compiled.arrays import FAR, NEVER, NOBODY, World, clock, number
from twin.compiled.luck import drawn
from twin.compiled.slots import arm
from twin.compiled.stock_arrays import LOTS, ORDERED, StockTerms, chain, parcel, stock, stock_terms
from twin.native import compiled

_NO_ONE = np.uint64(0)


@compiled
def coming(w: World, material: int, now: int) -> tuple[int, int]:
    """When a material comes next by the clock, from *now* on, and how many deliveries come then; FAR: it does not."""
    agreed, last = stock_terms(w, material), stock(w, material).delivered_at
    if agreed.every == NOBODY:
        return FAR, 0
    due = _due_from(agreed, max(now, last + 1))
    arrival, since = _held_up(w, agreed, due), due
    for n in range(agreed.late, agreed.late + 2 * agreed.late_count, 2):
        if number(w, n) <= now <= number(w, n + 1):
            held = _due_from(agreed, max(number(w, n), last + 1))
            if held < due:
                arrival, since = number(w, n + 1), held
    for n in range(agreed.late, agreed.late + 2 * agreed.late_count, 2):
        if number(w, n + 1) == arrival:
            since = min(since, _due_from(agreed, max(number(w, n), last + 1)))
    return arrival, (arrival - since) // agreed.every + 1


@compiled
def _held_up(w: World, agreed: StockTerms, due: int) -> int:
    """When what is due comes."""
    for n in range(agreed.late, agreed.late + 2 * agreed.late_count, 2):
        if number(w, n) <= due < number(w, n + 1):
            return number(w, n + 1)
    return due


@compiled
def _due_from(agreed: StockTerms, time: int) -> int:
    """When a material is due next by the clock, from a time on."""
    if time <= agreed.first:
        return agreed.first
    return agreed.first + (time - agreed.first + agreed.every - 1) // agreed.every * agreed.every


@compiled
def arrival_of(w: World, material: int, n: int) -> int:
    """When what was ordered arrives; what is overdue arrives now, or when nothing holds it up any more."""
    agreed, known, now = stock_terms(w, material), parcel(w, n), clock(w, 0).now
    until = now
    for k in range(agreed.late + 2 * agreed.late_count - 2, agreed.late - 2, -2):
        if number(w, k) <= now <= number(w, k + 1):
            until = number(w, k)
    lasted = max(0, until - known.until)
    due = max(now, known.until + drawn(w, agreed.lead_time, agreed.bases, _NO_ONE, known.what, lasted))
    return _held_up(w, agreed, due)


@compiled
def next_delivery(w: World, material: int, needed: int) -> int:
    """When a material comes in next by the clock; FAR where it does not, or never so much at once as is needed."""
    agreed = stock_terms(w, material)
    if agreed.every == NOBODY or needed > agreed.most:
        return FAR
    arrival, _ = coming(w, material, clock(w, 0).now)
    return arrival


@compiled
def arm_stock(w: World, material: int) -> None:
    """Work out when a material comes in next, and when what is in stock expires."""
    agreed, now = stock_terms(w, material), clock(w, 0).now
    due, more = NEVER, chain(w, 4 * material + ORDERED).first
    while more != NOBODY:
        due = min(due, arrival_of(w, material, more))
        more = parcel(w, more).following
    if agreed.every != NOBODY:
        arrival, _ = coming(w, material, now)
        due = min(due, arrival)
    arm(w, agreed.delivery_slot, due)
    first = chain(w, 4 * material + LOTS).first
    is_kept = first == NOBODY or parcel(w, first).until >= FAR
    arm(w, agreed.expiry_slot, NEVER if is_kept else max(now, parcel(w, first).until))
