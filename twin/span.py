"""What a span of a floor's life adds up to, whoever counted: what became of orders, machines' accounts, figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from plant_models.shifts import HOUR
from twin.energy import Energy
from twin.indicators import ratio
from twin.iso22400 import Elements
from twin.standing import OrderState, Status

STATUSES: tuple[Status, ...] = (
    "working",
    "setup",
    "unattended",
    "blocked",
    "micro_stop",
    "down",
    "maintenance",
    "closed",
    "idle",
)
"""What the time of a machine is divided into."""


class Trial(NamedTuple):
    """One run: its figures in the order of `figures_of`, and for each order when it was finished (None: not)."""

    run: int
    end: int
    figures: tuple[float | None, ...]
    finishes: tuple[int | None, ...]
    on_time: tuple[bool | None, ...]


class Outcome(NamedTuple):
    """What became of one order: when it was released and finished (None: not yet), its terms, its good pieces."""

    order: str
    product: str
    weight: float
    due: int | None
    released_at: int | None
    finished_at: int | None
    pieces: int
    is_turned_away: bool = False
    is_cancelled: bool = False
    priority: int = 0

    @property
    def lead_time(self) -> int | None:
        """Milliseconds from release to finish."""
        if self.released_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.released_at

    def tardiness(self, now: int) -> int | None:
        """Milliseconds past due: at its finish, or by *now* where it is not finished. None where nothing was due."""
        if self.due is None or self.is_cancelled:
            return None
        return max(0, (now if self.finished_at is None else self.finished_at) - self.due)

    def is_on_time(self, now: int) -> bool | None:
        """Whether it was finished when it was due, with anything good; None while that is open, or nothing was due."""
        if self.due is None or self.is_cancelled:
            return None
        if self.is_turned_away:
            return False
        if self.finished_at is None:
            return False if now > self.due else None
        return self.finished_at <= self.due and self.pieces > 0


@dataclass(slots=True)
class Account:
    """A machine's time so far, up to *since*, by status; *word* is what it does from there on."""

    word: Status
    since: int
    times: dict[Status, int]
    prt: float = 0.0
    produced: int = 0
    good: int = 0
    rework: int = 0
    first: int = 0
    inspected: int = 0
    passed: int = 0
    failures: int = 0


def outcome(name: str, order: OrderState) -> Outcome:
    """What has become of one order."""
    terms = order.order
    return Outcome(
        name,
        terms.product,
        terms.weight,
        terms.due,
        order.released_at,
        order.finished_at,
        order.quantity,
        order.stage == "turned_away",
        order.stage == "cancelled",
        terms.priority,
    )


def elements_of(accounts: Mapping[str, Account], energy: Energy | None = None) -> dict[str, Elements]:
    """Each machine's time and pieces in the words of ISO 22400-2; see `twin.tally.Tally.elements`."""
    return {
        name: Elements(
            apt=account.times["working"],
            aust=account.times["setup"],
            adet=account.times["blocked"] + account.times["micro_stop"],
            adot=account.times["down"] + account.times["idle"] + account.times["unattended"],
            prt=account.prt,
            pq=account.produced,
            gq=account.good,
            sq=account.produced - account.good - account.rework,
            rq=account.rework,
            ip=account.inspected,
            gp=account.passed,
            pq1=account.first,
            fe=account.failures,
            ttr=account.times["down"],
            energy=None if energy is None else energy.machine(name),
        )
        for name, account in accounts.items()
    }


def span_figures(
    accounts: Mapping[str, Account],
    outcomes: Sequence[Outcome],
    *,
    elements: Elements,
    start: int,
    end: int,
    inside: int,
    inside_time: int,
    last_finish: int,
    lost: int,
    holds: int,
    is_locked: bool,
) -> dict[str, float | None]:
    """The span in figures, but for those that only some plants have.

    *elements* are those of all machines, *inside* the orders on the floor at its end, *inside_time* the milliseconds
    that orders were there in all, *lost* the pieces that were scrap but on no machine.
    """
    span = end - start
    found = _order_figures(outcomes, end)
    left = found["unfinished_orders"]
    found["makespan_h"] = ((end if left else last_finish) - start) / HOUR
    finished = found["finished_orders"]
    found["throughput_per_h"] = None if finished is None else ratio(finished * HOUR, span)
    found["wip_mean_orders"] = ratio(inside_time, span)
    found["wip_end_orders"] = inside
    found |= {
        "availability": elements.availability,
        "effectiveness": elements.effectiveness,
        "quality": elements.quality,
        "oee": elements.oee,
        "span_h": span / HOUR,
        "scrap_pieces": lost + sum(a.produced - a.good - a.rework for a in accounts.values()),
        "reworked_pieces": sum(a.rework for a in accounts.values()),
        "first_pass_yield": elements.first_pass_yield,
        "held_orders": holds,
        "deadlocks": int(is_locked),
    }
    for word in STATUSES:
        found[f"{word}_h"] = sum(account.times[word] for account in accounts.values()) / HOUR
    return found


def _order_figures(outcomes: Sequence[Outcome], end: int) -> dict[str, float | None]:
    finished = [o for o in outcomes if o.finished_at is not None]
    turned_away = sum(o.is_turned_away for o in outcomes)
    cancelled = sum(o.is_cancelled for o in outcomes)
    lead_times = [o.lead_time for o in finished if o.lead_time is not None]
    due = [(o.tardiness(end) or 0, o.weight) for o in outcomes if o.due is not None and not o.is_cancelled]
    fates = [o.is_on_time(end) for o in outcomes]
    on_time, late = fates.count(True), fates.count(False)
    lateness = [tardiness for tardiness, _ in due]
    return {
        "lead_time_mean_h": ratio(sum(lead_times), len(lead_times) * HOUR),
        "lead_time_max_h": max(lead_times) / HOUR if lead_times else None,
        "total_tardiness_h": sum(lateness) / HOUR,
        "mean_tardiness_h": ratio(sum(lateness), len(due) * HOUR),
        "max_tardiness_h": max(lateness) / HOUR if due else None,
        "weighted_tardiness_h": sum(tardiness * weight for tardiness, weight in due) / HOUR,
        "on_time_share": ratio(on_time, on_time + late),
        "late_orders": late,
        "finished_orders": len(finished),
        "unfinished_orders": len(outcomes) - len(finished) - turned_away - cancelled,
        "turned_away_orders": turned_away,
        "cancelled_orders": cancelled,
        "good_pieces": sum(o.pieces for o in finished),
    }
