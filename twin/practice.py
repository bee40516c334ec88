"""Figures in daily use beside the 34 of ISO 22400-2: delivery, flow, yield.

As there: one unit of time, None where the denominator is zero, nothing clipped.

References
----------
Little (1961), A proof for the queuing formula L = lambda W, Operations Research 9.
Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
"""

from collections.abc import Iterable, Sequence

from twin.indicators import Indicator, listed, product, ratio
from twin.iso22400 import KPIS, Several

PRACTICE: dict[str, Indicator] = {}
"""Every figure of common practice by its number, X1 to X9, and yield and availability that go with the standard's."""

_USAGE = "common practice, not one of the 34 of ISO 22400-2"


@listed(PRACTICE, "X1", "TEEP", "OEE * PBT / calendar time", "ratio", "higher", _USAGE)
def teep(oee: float | None, pbt: float, calendar: float) -> float | None:
    """Total effective equipment performance: OEE over all hours there are, planned or not."""
    return product(oee, ratio(pbt, calendar))


@listed(PRACTICE, "X2", "On-time delivery", "on time / delivered", "ratio", "higher", _USAGE)
def on_time_delivery(on_time: float, delivered: float) -> float | None:
    """The share of the delivered orders that were on time; say which date counts, and within what window."""
    return ratio(on_time, delivered)


@listed(PRACTICE, "X3", "On time in full", "on time in full / delivered", "ratio", "higher", _USAGE)
def on_time_in_full(on_time_in_full: float, delivered: float) -> float | None:
    """The share of the delivered orders that were on time and complete (OTIF)."""
    return ratio(on_time_in_full, delivered)


@listed(PRACTICE, "X4", "Mean tardiness", "sum of T / n", "unit of time", "lower", _USAGE)
def mean_tardiness(tardiness: Iterable[float]) -> float | None:
    """How late orders are on average, over all of them: one that is early counts as zero."""
    every = list(tardiness)
    return ratio(sum(every), len(every))


@listed(PRACTICE, "X5", "Total weighted tardiness", "sum of w * T", "weighted time", "lower", _USAGE)
def total_weighted_tardiness(weights: Sequence[float], tardiness: Sequence[float]) -> float:
    """What lateness costs: each order's tardiness times its weight."""
    return sum(weight * late for weight, late in zip(weights, tardiness, strict=True))


@listed(PRACTICE, "X6", "Work in process by Little's law", "throughput * flow time", "items", None, "Little 1961")
def wip_by_littles_law(throughput: float, flow_time: float) -> float:
    """The orders on the floor on average, from how many leave in a unit of time and how long each stays."""
    return throughput * flow_time


@listed(PRACTICE, "X7", "Flow efficiency", "sum of APT / lead time", "ratio", "higher", _USAGE)
def flow_efficiency(apt: Several, lead_time: float) -> float | None:
    """The share of an order's lead time in which it was worked on."""
    return KPIS["K13"].compute(apt, lead_time)


@listed(PRACTICE, "X8", "Schedule adherence", "starts within the window / operations", "ratio", "higher", _USAGE)
def schedule_adherence(in_window: float, operations: float) -> float | None:
    """The share of the operations that started within an agreed window around their planned start."""
    return ratio(in_window, operations)


@listed(PRACTICE, "X9", "Cautious share", "(x + z^2 / 2) / (n + z^2)", "ratio", "higher", "Wilson 1927")
def cautious_share(hits: float, runs: float, z: float) -> float | None:
    """A share that few runs do not make certain: the middle of Wilson's interval; one half where there are none."""
    return ratio(hits + z * z / 2, runs + z * z)


@listed(PRACTICE, "K15b", "Rolled throughput yield", "product of Y", "ratio", "higher", _USAGE)
def rolled_throughput_yield(yields: Iterable[float | None]) -> float | None:
    """The share of the parts that come through every step without rework."""
    return product(*yields)


@listed(PRACTICE, "K33b", "Inherent availability", "MTBF / (MTBF + MTTR)", "ratio", "higher", _USAGE)
def inherent_availability(mtbf: float, mttr: float) -> float | None:
    """The share of the time a machine that is always wanted would be up."""
    return ratio(mtbf, mtbf + mttr)
