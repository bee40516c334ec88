"""What a machine may lack for an order: the checks of `twin.needs`, one after the other."""

from twin.compiled.arrays import FAR, NOBODY, WAITING, World, clock, fixture, order, spot
from twin.compiled.baskets import material_lacks_until
from twin.compiled.belt_arrays import ride
from twin.compiled.calendars import next_change
from twin.compiled.lacks import NOTHING
from twin.compiled.moves import at_work, expected, stop_of
from twin.compiled.stock_arrays import supply
from twin.compiled.stoppages import setup_time
from twin.compiled.teams import people_lack_until
from twin.compiled.tooling import tools_lack_until
from twin.native import compiled


@compiled
def lacks_until(w: World, index: int, o: int) -> int:
    """Until when a machine lacks something for an order: NOTHING if it does not."""
    known, now = order(w, o), clock(w, 0).now
    if w.material_count:
        supply(w, 0).lacks = 0
    if known.stage == WAITING:
        if spot(w, known.where).belt != NOBODY and ride(w, o).has_arrived == 0:
            return FAR
        until = known.since + spot(w, known.where).min_stay
        if until > now:
            return until
    f = fixture(w, index)
    if w.material_count:
        until = material_lacks_until(w, o)
        if until != NOTHING:
            return until
    if f.is_equipped:
        until = tools_lack_until(w, o, stop_of(w, o))
        if until != NOTHING:
            return until
    if f.refuses and f.turn != NOBODY:
        needed = expected(w, index, o, stop_of(w, o), at_work(w, o)) + time_to_set_up(w, index, o)
        closes = next_change(w, f.turn, now)
        if needed <= f.longest and now + needed > closes:
            return next_change(w, f.turn, closes)
    return people_lack_until(w, index, o) if f.is_attended else NOTHING


@compiled
def time_to_set_up(w: World, index: int, o: int) -> int:
    """Milliseconds to set a machine up for an order."""
    return setup_time(w, index, o)
