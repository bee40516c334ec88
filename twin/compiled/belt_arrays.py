"""Conveyors as records: how far each belt has moved, what does not change of it, and where orders got on."""

from twin.compiled.arrays import World
from twin.native import Fixed, Row, rows


class Belt(Row):
    """One conveyor now, as `twin.standing.BeltState`; *left_at* is -1 where no order has left it yet."""

    moved: int
    mark: int
    left_at: int


class BeltTerms(Fixed):
    """What does not change of a conveyor: its buffer, its times, its slots in the calendar."""

    place: int
    trip: int
    gap: int
    accumulates: int
    end_slot: int
    gap_slot: int


class Ride(Row):
    """How far the belt had moved when an order got on a conveyor, and whether it is at the end of one."""

    got_on: int
    has_arrived: int


belt = rows(Belt, "belts", World)
belt_terms = rows(BeltTerms, "belt_terms", World)
ride = rows(Ride, "rides", World)
