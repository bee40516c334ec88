"""What a span of a floor's life was worth: a pure fold over its facts.

Nothing here looks at a simulation: facts that a real floor told are measured by the same lines as rehearsed ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from plant_models.events import Event
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin.energy import Energy
from twin.indicators import Better
from twin.iso22400 import KPIS, Elements, total
from twin.span import STATUSES, Outcome
from twin.state import State, Status, apply
from twin.tally import FIGURES, Tally

__all__ = ["FIGURES", "STATUSES", "Better", "Kpis", "Outcome", "measure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpis:
    """The figures of a span from *start* to *end* (milliseconds).

    Attributes
    ----------
    figures
        Every figure of `FIGURES` by name, with its unit in the name; None where it is not known (no order had a due
        date, say). Those of energy are there where the plant says what it draws.
    outcomes
        What became of each order that had not left at *start*, or came since.
    times
        Milliseconds of each machine by status; they sum to the span exactly.
    elements
        Each machine's times and pieces in the words of ISO 22400-2.
    vehicles
        The machines that are vehicles.
    energy
        What the span took, for whom and when; None where the plant does not say what it draws.

    Notes
    -----
    Makespan runs from *start* to the last finish, or to *end* while orders are left. Work in process are the orders
    that were released and have not left. Lead time is from release to finish. An order that is not finished is
    tardy from its due date on, and late; before that its fate is open and `on_time_share` leaves it out. Mean
    tardiness is over all orders that have a due date.
    """

    start: int
    end: int
    figures: Mapping[str, float | None]
    outcomes: tuple[Outcome, ...]
    times: Mapping[str, Mapping[Status, int]]
    elements: Mapping[str, Elements]
    energy: Energy | None = None
    vehicles: tuple[str, ...] = ()

    def __getitem__(self, figure: str) -> float | None:
        if figure not in self.figures:
            raise KeyError(f"no figure {figure!r}; there are {', '.join(self.figures)}")
        return self.figures[figure]

    @property
    def plant(self) -> Elements:
        """The elements of all machines together."""
        return total(self.elements.values())

    def to_frame(self) -> pd.DataFrame:
        """One row for each figure: *kpi* (unit in its name), *value*, *better* ("lower", "higher" or nothing)."""
        rows = [(name, value, FIGURES[name]) for name, value in self.figures.items()]
        return pd.DataFrame(rows, columns=["kpi", "value", "better"]).astype({"value": float})

    def machines_frame(self) -> pd.DataFrame:
        """One row for each machine: hours by status, utilization, OEE with its factors, and *energy_kwh* if known."""
        span = (self.end - self.start) or None
        rows = [
            {
                "machine": name,
                **{f"{word}_h": self.times[name][word] / HOUR for word in STATUSES},
                "utilization": None if span is None else self.times[name]["working"] / span,
                "utilization_efficiency": elements.utilization_efficiency,
                "availability": elements.availability,
                "effectiveness": elements.effectiveness,
                "quality": elements.quality,
                "oee": elements.oee,
                "produced_pieces": elements.pq,
                "good_pieces": elements.gq,
                **({} if elements.energy is None else {"energy_kwh": elements.energy}),
            }
            for name, elements in self.elements.items()
        ]
        return pd.DataFrame(rows)

    def vehicles_frame(self) -> pd.DataFrame:
        """One row for each vehicle: the shares of the span in which it was loaded, ran empty, and did neither."""
        span = (self.end - self.start) or None
        words: dict[Status, str] = {
            "working": "loaded", "setup": "empty", "blocked": "blocked", "down": "down", "closed": "closed",
        }  # fmt: skip
        rows = []
        for name in self.vehicles:
            shares = {said: None if span is None else self.times[name][word] / span for word, said in words.items()}
            left = None if span is None else 1 - sum(share for share in shares.values() if share is not None)
            rows.append({"vehicle": name, **shares, "idle": left})
        return pd.DataFrame(rows, columns=["vehicle", *words.values(), "idle"])

    def indicators_frame(self) -> pd.DataFrame:
        """One row for each indicator of ISO 22400-2 that a span tells, for each machine and (None) for the plant.

        Times are in milliseconds; an indicator that is not known is NaN.
        """
        rows = [
            {
                "machine": name,
                "number": number,
                "name": KPIS[number].name,
                "value": value,
                "better": KPIS[number].better,
            }
            for name, elements in (*self.elements.items(), (None, self.plant))
            for number, value in elements.indicators(self.plant.pq1).items()
        ]
        return pd.DataFrame(rows).astype({"value": float})

    def orders_frame(self) -> pd.DataFrame:
        """One row for each order: its terms, when it came and went, lead time, tardiness; hours since the epoch.

        *energy_kwh* is what it was charged for, where the plant says what it draws.
        """
        rows = [
            {
                "order": o.order,
                "product": o.product,
                "weight": o.weight,
                "priority": o.priority,
                "due_h": hours(o.due),
                "released_h": hours(o.released_at),
                "finished_h": hours(o.finished_at),
                "lead_time_h": hours(o.lead_time),
                "tardiness_h": hours(o.tardiness(self.end)),
                "on_time": o.is_on_time(self.end),
                "good_pieces": o.pieces if o.finished_at is not None else None,
                **({} if self.energy is None else {"energy_kwh": self.energy.order(o.order)}),
            }
            for o in self.outcomes
        ]
        return pd.DataFrame(rows)


def measure(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> Kpis:
    """The figures of what happened from *opening* (which is left alone) until *until*.

    Parameters
    ----------
    facts
        What happened since *opening*, in order; those after *until* are not looked at.
    until
        Where the span ends; left out, with the last fact.

    Raises
    ------
    ValueError
        Where *until* lies before the opening.
    """
    if until is not None and until < opening.now:
        raise ValueError(f"the span ends at {until} ms, before it begins at {opening.now} ms")
    state = opening.copy()
    tally = Tally(plant, state)
    for fact in facts:
        if until is not None and fact.time > until:
            break
        apply(plant, state, fact)
        tally.see(fact)
    return close(tally, state.now if until is None else until)


def close(tally: Tally, end: int) -> Kpis:
    """The figures of a tally whose span ends at *end*."""
    if tally.end is None:
        tally.close(end)
    return Kpis(
        start=tally.start,
        end=end,
        figures=tally.figures(),
        outcomes=tuple(tally.outcomes()),
        times=tally.times(),
        elements=tally.elements(),
        energy=tally.energy(),
        vehicles=tuple(tally.plant.vehicles),
    )


def hours(time: int | float | None) -> float | None:
    """Milliseconds as hours."""
    return None if time is None else time / HOUR
