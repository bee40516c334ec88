"""When each order will be finished: quantiles over many futures that started from one state.

A run in which an order is never finished counts as one that takes for ever. So the order's quantiles are as late as
they have to be, and one that is never finished is given no time at all.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from plant_models.shifts import HOUR, MINUTE
from twin import estimates
from twin.estimates import Estimate
from twin.rehearsal import Rehearsal

Risk = Literal["never", "late", "at risk", "open", "on time", "no due date"]
"""How an order stands: never finished in any run; more likely late than not; less than `SURE` to be on time; neither
known yet, because the runs end before it is; on time; or nothing is due."""

RISKS: tuple[Risk, ...] = ("never", "late", "at risk", "open", "on time", "no due date")
"""Every risk, the worst first."""

SURE = 0.95
"""From this probability to be on time on an order is not at risk."""

LEAST = MINUTE
"""Milliseconds: what moves by less has not moved for people who plan to the minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderForecast:
    """When one order will be finished.

    Attributes
    ----------
    due
        Milliseconds since the epoch; None where nothing is due.
    p10, p50, p90
        When it is finished in that share of the runs at the latest, in milliseconds since the epoch, with the
        distribution-free interval of order statistics; infinite where it is not finished in so many.
    on_time
        How likely it is on time, with Wilson's interval. Where runs end before that is known its value is not known
        (NaN), and the interval covers all that they leave open.
    finished
        In how many of the runs it was finished.
    """

    order: str
    product: str
    weight: float
    priority: int
    due: int | None
    p10: Estimate
    p50: Estimate
    p90: Estimate
    on_time: Estimate
    finished: int
    risk: Risk

    @property
    def slack(self) -> float:
        """Milliseconds from the P90 to the due date, less than zero where that is missed; NaN where nothing is due."""
        return math.nan if self.due is None else self.due - self.p90.value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """When each order of a rehearsal will be finished, the one most at risk first."""

    rehearsal: Rehearsal
    orders: tuple[OrderForecast, ...]

    def of_risk(self, *risks: Risk) -> tuple[OrderForecast, ...]:
        """The orders that stand so."""
        return tuple(order for order in self.orders if order.risk in risks)

    @property
    def by_due(self) -> tuple[OrderForecast, ...]:
        """The orders by their due dates; those for which nothing is due come last."""
        return tuple(sorted(self.orders, key=lambda one: (math.inf if one.due is None else one.due, one.order)))

    def to_frame(self) -> pd.DataFrame:
        """One row for each order: its terms, when it is finished (hours since the epoch), how likely on time."""
        return pd.DataFrame([_row(one, self.rehearsal.runs) for one in self.orders], columns=_COLUMNS)


def forecast(found: Rehearsal) -> Forecast:
    """When each order that had not left will be finished, by a rehearsal from the floor's present.

    Examples
    --------
    >>> import twin
    >>> from plant_models import read
    >>> shop = read.scenario("machine-shop")
    >>> now = twin.opening(shop.plant, shop.orders)
    >>> ahead = twin.forecast(twin.rehearse(shop.plant, now, twin.rule("edd"), runs=20, workers=1))
    >>> worst = ahead.orders[0]
    >>> worst.p10.value <= worst.p50.value <= worst.p90.value, worst.on_time.runs
    (True, 20)
    """
    orders = sorted((_order(found, name) for name in found.finishes), key=_worst_first)
    return Forecast(rehearsal=found, orders=tuple(orders))


def moved(before: Rehearsal, after: Rehearsal) -> dict[str, float]:
    """By how many milliseconds the P50 of orders went up (later) or down, where that is more than noise.

    Both have the same seed, so run by run an order meets the same luck, and what differs is what happened on the floor.
    An order has moved where the interval of the median of those differences leaves out zero, and its P50 went by
    `LEAST` or more; infinitely far where it is now finished in fewer than half of the runs, or no longer is.

    Raises
    ------
    ValueError
        Where the runs do not meet the same luck.
    """
    if before.seeds != after.seeds:
        raise ValueError("only runs with the same luck can be compared; use the same seed and number of runs")
    found: dict[str, float] = {}
    for name in after.finishes:
        if name in before.finishes:
            shift = _shift(_ever(before.finishes[name]), _ever(after.finishes[name]), after.confidence)
            found |= {} if shift is None else {name: shift}
    return found


def _shift(before: NDArray[np.float64], after: NDArray[np.float64], confidence: float) -> float | None:
    first, second = (estimates.quantile(values, 0.5).value for values in (before, after))
    if math.isinf(first) or math.isinf(second):
        return None if first == second else second - first
    both = np.isfinite(before) & np.isfinite(after)
    middle = estimates.quantile((after - before)[both], 0.5, confidence)
    is_shown = middle.low > 0 or middle.high < 0
    return second - first if is_shown and abs(second - first) >= LEAST else None


def _order(found: Rehearsal, name: str) -> OrderForecast:
    terms, finishes = found.orders[name], _ever(found.finishes[name])
    p10, p50, p90 = (estimates.quantile(finishes, share, found.confidence) for share in (0.1, 0.5, 0.9))
    finished, on_time = int(np.isfinite(finishes).sum()), _on_time(found, name)
    return OrderForecast(
        order=name,
        product=terms.product,
        weight=terms.weight,
        priority=terms.priority,
        due=terms.due,
        p10=p10,
        p50=p50,
        p90=p90,
        on_time=on_time,
        finished=finished,
        risk=_risk(found, on_time, finished, terms.due),
    )


def _ever(finishes: NDArray[np.float64]) -> NDArray[np.float64]:
    """When an order was finished in each run: in a run in which it was not, after an infinite time."""
    return np.where(np.isnan(finishes), np.inf, finishes)


def _on_time(found: Rehearsal, name: str) -> Estimate:
    """How likely an order is on time; runs that ended before that was known leave it open between two bounds."""
    fates, runs = found.on_time[name], found.runs
    unknown = int(np.isnan(fates).sum())
    if found.orders[name].due is None or not unknown:
        return found.p_on_time(name)
    hits = int(np.nansum(fates))
    low, high = (estimates.share(count, runs, found.confidence) for count in (hits, hits + unknown))
    return Estimate(math.nan, low.low, high.high, runs)


def _risk(found: Rehearsal, on_time: Estimate, finished: int, due: int | None) -> Risk:
    if not finished and found.until is None:
        return "never"
    if due is None:
        return "no due date"
    if math.isnan(on_time.value):
        return "open"
    return "late" if on_time.value < 0.5 else "at risk" if on_time.value < SURE else "on time"


def _worst_first(one: OrderForecast) -> tuple[int, float, float, str]:
    likely = 1.0 if math.isnan(one.on_time.value) else one.on_time.value
    return RISKS.index(one.risk), likely, one.p50.value if math.isnan(one.slack) else one.slack, one.order


_QUANTILES = ("p10", "p50", "p90")
_COLUMNS = [
    *("order", "product", "weight", "priority", "due_h"),
    *(f"finish_{name}{end}_h" for name in _QUANTILES for end in ("", "_low", "_high")),
    *("p_on_time", "p_on_time_low", "p_on_time_high", "slack_p90_h", "runs", "finished_runs", "risk"),
]


def _row(one: OrderForecast, runs: int) -> Mapping[str, object]:
    times: dict[str, float] = {}
    for name in _QUANTILES:
        estimate: Estimate = getattr(one, name)
        for end, value in zip(("", "_low", "_high"), estimate, strict=False):
            times[f"finish_{name}{end}_h"] = _hours(value)
    return {
        "order": one.order,
        "product": one.product,
        "weight": one.weight,
        "priority": one.priority,
        "due_h": math.nan if one.due is None else one.due / HOUR,
        **times,
        "p_on_time": one.on_time.value,
        "p_on_time_low": one.on_time.low,
        "p_on_time_high": one.on_time.high,
        "slack_p90_h": _hours(one.slack),
        "runs": runs,
        "finished_runs": one.finished,
        "risk": one.risk,
    }


def _hours(time: float) -> float:
    """Hours; NaN where there is no such time: a table has no infinite ones."""
    return time / HOUR if math.isfinite(time) else math.nan
