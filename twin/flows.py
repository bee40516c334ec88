"""How orders flow through a span: work in process over time, output, lead times, and Little's law that ties them.

Like all measuring it is a fold over facts, whether a real floor told them or a simulated one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from plant_models.clock import duration
from plant_models.events import Event
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin.indicators import ratio
from twin.state import State, apply
from twin.tally import is_inside

Series = Literal["wip", "output", "lead_time"]
"""What a span can be seen as, one value after the other."""


class Stay(NamedTuple):
    """An order's stay on the floor: when it was released and when it left (None: still there)."""

    order: str
    released_at: int
    left_at: int | None

    @property
    def lead_time(self) -> int | None:
        """Milliseconds from its release until it left."""
        return None if self.left_at is None else self.left_at - self.released_at


@dataclass(frozen=True, slots=True)
class LittlesLaw:
    """L = lambda * W on one span: what it says on either side.

    Attributes
    ----------
    area
        Order-milliseconds under the curve of the work in process.
    spent
        The milliseconds that each order spent on the floor within the span, summed.
    orders, span
        How many orders were on the floor at any time, and how long the span is.
    is_whole
        Whether the span began and ended with an empty floor; then *rate* is the throughput and *stay* the lead time.
    """

    area: int
    spent: int
    orders: int
    span: int
    is_whole: bool

    @property
    def wip(self) -> float | None:
        """L: orders on the floor, time average."""
        return ratio(self.area, self.span)

    @property
    def rate(self) -> float | None:
        """lambda: orders in a millisecond."""
        return ratio(self.orders, self.span)

    @property
    def stay(self) -> float | None:
        """W: milliseconds that an order is on the floor within the span, mean."""
        return ratio(self.spent, self.orders)

    @property
    def holds(self) -> bool:
        """Whether both sides are equal, to the millisecond: if not, an order was lost, doubled or misdated."""
        return self.area == self.spent

    def words(self) -> str:
        """Both sides as people say them."""
        if not self.orders or not self.span:
            return "Little's law: nothing was on the floor"
        verdict = "holds" if self.holds else f"DOES NOT HOLD: {duration(self.area)} against {duration(self.spent)}"
        per_hour, stay = self.orders / self.span * HOUR, duration(self.spent / self.orders)
        return f"Little's law {verdict}: {self.area / self.span:.3g} orders on the floor, {per_hour:.3g}/h * {stay}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The orders of a span from *start* to *end*.

    Attributes
    ----------
    levels
        Each time at which the work in process changed and what it was from then on; the first is (*start*, ...).
    stays
        The orders that were on the floor at any time in it, in the order in which they came; those that were turned
        away were not.
    """

    start: int
    end: int
    levels: tuple[tuple[int, int], ...]
    stays: tuple[Stay, ...]

    @property
    def lead_times(self) -> NDArray[np.float64]:
        """Milliseconds from release to leaving, in the order in which orders left."""
        left = sorted((s for s in self.stays if s.left_at is not None), key=lambda stay: stay.left_at or 0)
        return np.array([stay.lead_time for stay in left], dtype=np.float64)

    def wip(self, every: int) -> NDArray[np.float64]:
        """The mean work in process in each full interval of *every* milliseconds."""
        times = np.array([time for time, _ in self.levels] + [self.end], dtype=np.float64)
        levels = np.array([level for _, level in self.levels], dtype=np.float64)
        area = np.concatenate(([0.0], np.cumsum(levels * np.diff(times))))
        return np.diff(np.interp(self._marks(every), times, area)) / every

    def output(self, every: int) -> NDArray[np.float64]:
        """The orders that left in each full interval of *every* milliseconds, its end included."""
        left = np.sort([stay.left_at for stay in self.stays if stay.left_at is not None])
        return np.diff(np.searchsorted(left, self._marks(every), side="right")).astype(np.float64)

    def series(self, of: Series, every: int) -> NDArray[np.float64]:
        """The span as one series: "wip" or "output" for each interval, "lead_time" order by order."""
        match of:
            case "wip":
                return self.wip(every)
            case "output":
                return self.output(every)
            case "lead_time":
                return self.lead_times
        raise ValueError(f"no series {of!r}; there are {', '.join(get_args(Series))}")

    def wip_frame(self) -> pd.DataFrame:
        """One row for each change of the work in process: *time_h* since the epoch, *wip* from then on."""
        return pd.DataFrame([(time / HOUR, level) for time, level in self.levels], columns=["time_h", "wip"])

    def littles_law(self) -> LittlesLaw:
        """Little's law on this span, one side from the curve of the work in process, the other from the orders."""
        ends = [time for time, _ in self.levels[1:]] + [self.end]
        area = sum(level * (end - time) for (time, level), end in zip(self.levels, ends, strict=True))
        spent = sum(
            (self.end if stay.left_at is None else min(stay.left_at, self.end)) - max(stay.released_at, self.start)
            for stay in self.stays
        )
        is_whole = self.levels[-1][1] == 0 and all(stay.released_at >= self.start for stay in self.stays)
        return LittlesLaw(area, spent, len(self.stays), self.end - self.start, is_whole)

    def _marks(self, every: int) -> NDArray[np.float64]:
        if every <= 0:
            raise ValueError(f"an interval must be longer than zero, not {every} ms")
        return self.start + every * np.arange((self.end - self.start) // every + 1, dtype=np.float64)


def flow(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> Flow:
    """How orders flowed from *opening* (which is left alone) until *until* (left out: the last fact)."""
    state = opening.copy()
    inside = {name for name, order in state.book() if is_inside(order)}
    seen = dict.fromkeys(inside)
    levels = [(state.now, len(inside))]
    for fact in facts:
        if until is not None and fact.time > until:
            break
        apply(plant, state, fact)
        name = getattr(fact, "order", None)
        if not isinstance(name, str):
            continue
        name = state.whole(name)
        if is_inside(state.orders[name]) == (name in inside):
            continue
        inside ^= {name}
        seen[name] = None
        if levels[-1][0] == fact.time:
            levels.pop()
        levels.append((fact.time, len(inside)))
    end = state.now if until is None else until
    let_in = ((name, state.orders[name]) for name in seen if state.orders[name].stage != "turned_away")
    stays = (Stay(name, order.released_at or 0, order.since if order.has_left else None) for name, order in let_in)
    return Flow(start=opening.now, end=end, levels=tuple(levels), stays=tuple(stays))


def littles_law(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> LittlesLaw:
    """Little's law on what happened from *opening* until *until*: `LittlesLaw.holds` on every run there can be.

    References
    ----------
    Little (1961), A proof for the queuing formula L = lambda W, Operations Research 9. On a finite span it is an
    identity if every order's stay is cut to the span: Little (2011), Little's law as viewed on its 50th anniversary,
    Operations Research 59.
    """
    return flow(plant, opening, facts, until).littles_law()
