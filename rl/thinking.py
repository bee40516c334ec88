"""A learned policy within the loop of the compiled floor: what it sees is read off the floor's own records.

What `rl.features.told_of` tells of a state, `tell` tells of the records, number for number.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl.minds import TOLD, Lying, Mind, put_told
from rl.network import think
from rl.sight import TOLD_COLUMNS
from rl.sources import DIGEST
from twin.compiled.arrays import (
    FAR,
    NOBODY,
    Stop,
    World,
    clock,
    fixture,
    number,
    option,
    order,
    place,
    real,
    station,
    stop,
    terms,
    world,
)
from twin.compiled.calendars import is_open, next_change, passed, turn
from twin.compiled.crowds import crowd, member, put_answer
from twin.compiled.flow import work_here
from twin.compiled.following import wait
from twin.compiled.kernel import ASKED, LIVE, do, do_together, live, take
from twin.compiled.layout import Layout
from twin.compiled.moves import at_work, expected, stop_of
from twin.compiled.needs import time_to_set_up
from twin.compiled.options import is_free
from twin.compiled.rules import choose
from twin.native import Fixed, column, compiled, entrance, layout_of, rows, writer


class Open(Fixed):
    """What the hours of a turn add up to: open milliseconds before each of its changes, up to *rest*, and a period's.

    *first* and *later* are where the sums lie, one more than there are changes.
    """

    first: int
    later: int
    rest: int
    period: int


class Known(Fixed):
    """What a policy knows on a compiled floor; behind it lie its `Mind` and room for one decision.

    *families* counts the options by family; *seen* is 1 where *loads* and *starves* hold for a buffer.
    """

    mind: int
    opens: int
    sums: int
    families: int
    seen: int
    loads: int
    starves: int


known = rows(Known, "mind", World)
mind_of = rows(Mind, "mind", Known)
opened = rows(Open, "opens", Known)
open_sum = column(int, "sums", Known, is_fixed=True)
of_family = column(int, "families", Known)
put_of_family = writer(int, "families", Known)
is_seen = column(int, "seen", Known)
put_seen = writer(int, "seen", Known)
load = column(float, "loads", Known)
put_load = writer(float, "loads", Known)
starves = column(float, "starves", Known)
put_starves = writer(float, "starves", Known)

(
    _WORK, _SETUP, _DUE, _AFTER, _WEIGHT, _WAITED, _NEXT_LOAD, _STEPS_AFTER, _NEXT_STARVES, _ALTERNATIVES, _SLOWER,
    _OTHER, _FAMILY, _CLOSING,
) = range(len(TOLD))  # fmt: skip


@entrance(DIGEST, __file__)
def enter(address: int, what: int, argument: int, is_crowd: int) -> int:
    """The way in: as `twin.compiled.kernel.enter`, but where a machine has a choice, the policy makes it."""
    if is_crowd:
        return _live_together(address, argument) if what == LIVE else do_together(address, what, argument)
    return _live(world(address), argument) if what == LIVE else do(world(address), what, argument)


@compiled
def _live_together(address: int, until: int) -> int:
    floors = crowd(address)
    for n in range(floors.count):
        put_answer(floors, n, _live(world(member(floors, n)), until))
    return 0


@compiled
def _live(w: World, until: int) -> int:
    came_back_for = live(w, until)
    while came_back_for == ASKED:
        _decide(w)
        came_back_for = live(w, until)
    return came_back_for


@compiled
def _decide(w: World) -> None:
    """Let the machine that asks take what is best, or wait."""
    c = clock(w, 0)
    index, found = c.asked, c.found
    if found == 1:
        take(w, index, option(w, 0))
        return
    mine = known(w, 0)
    m = mind_of(mine, 0)
    tell(w, mine, m, index, found)
    best = think(m, found, c.unfinished)
    if best < 0:
        take(w, index, choose(w, index, found))
    elif best < found:
        take(w, index, option(w, best))
    else:
        total = 0
        for n in range(found):
            total += _work(w, index, option(w, n))
        wait(w, index, c.now + max(1, total // found))


@compiled
def tell(w: World, mine: Known, m: Mind, index: int, found: int) -> None:
    """Write down what there is to tell of each option of a machine."""
    now = clock(w, 0).now
    for n in range(found):
        o = option(w, n)
        put_of_family(mine, terms(w, o).family, 0)
        if order(w, o).step + 1 < terms(w, o).steps:
            put_seen(mine, _stop_after(w, o).place, 0)
    for n in range(found):
        family = terms(w, option(w, n)).family
        put_of_family(mine, family, of_family(mine, family) + 1)
    closing = _to_closing(w, index, now)
    for n in range(found):
        o, at = option(w, n), n * TOLD_COLUMNS
        due = terms(w, o).due
        put_told(m, at + _WORK, float(max(1, _work(w, index, o))))
        put_told(m, at + _SETUP, float(time_to_set_up(w, index, o)))
        put_told(m, at + _DUE, math.inf if due >= FAR else float(_open_between(w, mine, index, now, due)))
        put_told(m, at + _WEIGHT, terms(w, o).weight)
        put_told(m, at + _WAITED, float(now - order(w, o).since))
        put_told(m, at + _FAMILY, float(of_family(mine, terms(w, o).family)) / float(found))
        put_told(m, at + _CLOSING, closing)
        _tell_ways(w, m, index, o, at)
        _tell_ahead(w, mine, m, o, at)


@compiled
def _tell_ways(w: World, m: Mind, index: int, o: int, at: int) -> None:
    """How else the step of an order could be done."""
    ways, least, other = stop_of(w, o), FAR, 0.0
    for n in range(ways.first_station, ways.first_station + ways.stations):
        by = station(w, n).machine
        least = min(least, _work(w, by, o))
        if by != index and is_free(w, by):
            other = 1.0
    put_told(m, at + _ALTERNATIVES, 1.0 / float(ways.stations))
    put_told(m, at + _SLOWER, float(max(1, _work(w, index, o))) / float(max(1, least)))
    put_told(m, at + _OTHER, other)


@compiled
def _tell_ahead(w: World, mine: Known, m: Mind, o: int, at: int) -> None:
    """What comes after the present step of an order."""
    step, agreed = order(w, o).step, terms(w, o)
    after = following_load = is_starving = 0.0
    if step + 1 < agreed.steps:
        following = _stop_after(w, o)
        after = real(w, following.left + following.sizes * number(w, agreed.sizes + order(w, o).quantity))
        if not is_seen(mine, following.place):
            _look_at(w, mine, following)
        following_load, is_starving = load(mine, following.place), starves(mine, following.place)
    put_told(m, at + _AFTER, after)
    put_told(m, at + _NEXT_LOAD, following_load)
    put_told(m, at + _NEXT_STARVES, is_starving)
    put_told(m, at + _STEPS_AFTER, 1.0 - float(step + 1) / float(agreed.steps))


@compiled
def _look_at(w: World, mine: Known, at: Stop) -> None:
    """Find out how much work waits for each machine before a step, and whether one of them stands idle for want."""
    waiting, starving = 0.0, 0.0
    o = place(w, at.place).head
    while o != NOBODY:
        waiting += work_here(w, o)
        o = order(w, o).next
    o = place(w, at.place).first_wanting
    while o != NOBODY:
        waiting += work_here(w, o)
        o = order(w, o).next
    if waiting == 0.0:
        for n in range(at.first_station, at.first_station + at.stations):
            if is_free(w, station(w, n).machine):
                starving = 1.0
    put_load(mine, at.place, waiting / float(at.stations))
    put_starves(mine, at.place, starving)
    put_seen(mine, at.place, 1)


@compiled
def _stop_after(w: World, o: int) -> Stop:
    return stop(w, terms(w, o).first_stop + order(w, o).step + 1)


@compiled
def _work(w: World, index: int, o: int) -> int:
    return expected(w, index, o, stop_of(w, o), at_work(w, o))


# -- hours -------------------------------------------------------------------------------------------------------------


@compiled
def _to_closing(w: World, index: int, now: int) -> float:
    """Milliseconds until a machine closes; infinite if it never does, 0 where it is closed."""
    hours = fixture(w, index).turn
    if hours == NOBODY:
        return math.inf
    if not is_open(w, hours, now):
        return 0.0
    closes = next_change(w, hours, now)
    return math.inf if closes >= FAR else float(closes - now)


@compiled
def _open_between(w: World, mine: Known, index: int, start: int, end: int) -> int:
    """Open milliseconds of a machine from *start* to *end*; negative where that is before."""
    hours = fixture(w, index).turn
    return end - start if hours == NOBODY else _open(w, mine, hours, end) - _open(w, mine, hours, start)


@compiled
def _open(w: World, mine: Known, at: int, time: int) -> int:
    """Open milliseconds from the epoch to *time*."""
    t, sums = turn(w, at), opened(mine, at)
    if time < t.rest:
        before = passed(w, t.first, t.count, time)
        since = number(w, t.first + before - 1) if before else 0
        return open_sum(mine, sums.first + before) + (time - since if (t.is_open + before) % 2 == 1 else 0)
    into = (time - t.rest) % t.period
    before = passed(w, t.later, t.later_count, into)
    since = number(w, t.later + before - 1) if before else 0
    within = open_sum(mine, sums.later + before) + (into - since if (t.is_open_later + before) % 2 == 1 else 0)
    return sums.rest + (time - t.rest) // t.period * sums.period + within


# -- laid out ----------------------------------------------------------------------------------------------------------


class Knowing:
    """What a policy knows on one floor, and the arrays behind it, which live as long as this does."""

    def __init__(self, lying: Lying, layout: Layout) -> None:
        self._lying = lying
        opens, sums = _opens(layout.arrays["turns"], layout.arrays["numbers"])
        places, families = len(layout.places), len(layout.families)
        self._arrays = {
            "mind": lying.record,
            "opens": opens,
            "sums": sums,
            "families": np.zeros(families, dtype=np.int64),
            "seen": np.zeros(places, dtype=np.int64),
            "loads": np.zeros(places),
            "starves": np.zeros(places),
        }
        self._record = np.zeros(1, dtype=layout_of(Known))
        for field, array in self._arrays.items():
            self._record[field] = array.ctypes.data

    @property
    def address(self) -> int:
        """Where the record lies."""
        return int(self._record.ctypes.data)


def _opens(turns: NDArray[Any], numbers: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The records of what hours add up to, one for each turn, and the sums."""
    found, sums = np.zeros(len(turns), dtype=layout_of(Open)), [0]
    for row, hours in zip(found, turns, strict=True):
        early = numbers[hours["first"] :][: hours["count"]].tolist()
        later = numbers[hours["later"] :][: hours["later_count"]].tolist()
        row["first"], row["rest"] = len(sums), _add_up(sums, early, int(hours["is_open"]), int(hours["rest"]))
        row["later"], row["period"] = len(sums), _add_up(sums, later, int(hours["is_open_later"]), int(hours["period"]))
    return found, np.array(sums, dtype=np.int64)


def _add_up(sums: list[int], changes: list[int], is_open: int, end: int) -> int:
    """Add the open milliseconds before each change, from 0 on, and 0 in front; gives those up to *end*."""
    total, before = 0, 0
    sums.append(0)
    for change in changes:
        total += is_open * (change - before)
        is_open, before = 1 - is_open, change
        sums.append(total)
    return total + is_open * (end - before)
