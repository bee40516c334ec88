"""The figures of a rehearsal as people read them: a label, a unit, so many digits; which of them come first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import floor, isfinite, log10
from typing import Any

from plant_models.plant import Plant
from twin.tally import FIGURES


@dataclass(frozen=True, slots=True)
class Figure:
    """How one figure is read: with so many *digits* after the point, or with so many *significant* ones."""

    name: str
    label: str
    unit: str = ""
    digits: int = 1
    scale: float = 1.0
    significant: int | None = None

    def value(self, value: float | None) -> str:
        """The figure without its unit; a dash where it is not known."""
        if value is None or value != value:
            return "–"
        return f"{value * self.scale:,.{self._after_the_point(value)}f}"

    def change(self, value: float | None) -> str:
        """A difference of the figure, with its sign."""
        if value is None or value != value:
            return "–"
        said = f"{value * self.scale:+,.{max(1, self._after_the_point(value))}f}"
        return said if said.strip("+-0.,") else said[1:]

    def sized(self, *values: float | None) -> "Figure":
        """A figure in hours as it is read beside *values*: in minutes or seconds where none of them is an hour.

        >>> read = Figure("makespan_h", "Makespan", "h").sized(0.0712, 0.05)
        >>> read.value(0.0712), read.unit
        ('4.3', 'min')
        """
        most = max((abs(value) for value in values if value is not None and isfinite(value)), default=0.0)
        if self.unit.split()[-1:] != ["h"] or most >= 1 or most == 0:
            return self
        unit, parts = ("min", 60) if most * 60 >= 1 else ("s", 3600)
        return replace(self, unit=self.unit[:-1] + unit, digits=1, scale=self.scale * parts)

    def reads_as_zero(self, change: float | None) -> bool:
        """Whether a difference of the figure is shown as no difference."""
        return not self.change(change).strip("+-0.,")

    def interval(self, low: float | None, high: float | None) -> str:
        """An interval of the figure."""
        return f"{self.value(low)} to {self.value(high)}"

    def _after_the_point(self, value: float) -> int:
        if self.significant is None or value == 0:
            return self.digits
        return max(0, min(9, self.significant - 1 - floor(log10(abs(value * self.scale)))))

    @property
    def words(self) -> str:
        """The label inside a sentence; abbreviations keep their capitals."""
        return " ".join(word if word.isupper() else word.lower() for word in self.label.split())

    @property
    def heading(self) -> str:
        """The label with its unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


_READ = {
    "makespan_h": Figure("makespan_h", "Makespan", "h"),
    "throughput_per_h": Figure("throughput_per_h", "Throughput", "orders/h", 2),
    "wip_mean_orders": Figure("wip_mean_orders", "Mean WIP", "orders"),
    "wip_end_orders": Figure("wip_end_orders", "Final WIP", "orders"),
    "lead_time_mean_h": Figure("lead_time_mean_h", "Mean lead time", "h"),
    "lead_time_max_h": Figure("lead_time_max_h", "Longest lead time", "h"),
    "total_tardiness_h": Figure("total_tardiness_h", "Total tardiness", "h"),
    "mean_tardiness_h": Figure("mean_tardiness_h", "Mean tardiness", "h", 2),
    "max_tardiness_h": Figure("max_tardiness_h", "Longest tardiness", "h"),
    "weighted_tardiness_h": Figure("weighted_tardiness_h", "Weighted tardiness", "h"),
    "on_time_share": Figure("on_time_share", "Orders on time", "%", 0, 100),
    "late_orders": Figure("late_orders", "Late orders"),
    "finished_orders": Figure("finished_orders", "Finished orders", "", 0),
    "unfinished_orders": Figure("unfinished_orders", "Unfinished orders", "", 0),
    "cancelled_orders": Figure("cancelled_orders", "Cancelled orders", "", 0),
    "deadlocks": Figure("deadlocks", "Deadlocks", "", 2),
    "good_pieces": Figure("good_pieces", "Good pieces", "", 0),
    "scrap_pieces": Figure("scrap_pieces", "Scrap", "pieces", 0),
    "reworked_pieces": Figure("reworked_pieces", "Rework", "pieces", 0),
    "first_pass_yield": Figure("first_pass_yield", "First pass yield", "%", 1, 100),
    "held_orders": Figure("held_orders", "Orders put on hold"),
    "short_of_material_h": Figure("short_of_material_h", "Waiting for material", "order h"),
    "short_of_material_orders": Figure("short_of_material_orders", "Orders short of material"),
    "availability": Figure("availability", "Availability", "%", 0, 100),
    "effectiveness": Figure("effectiveness", "Effectiveness", "%", 0, 100),
    "quality": Figure("quality", "Quality ratio", "%", 1, 100),
    "oee": Figure("oee", "OEE", "%", 0, 100),
    "others_weighted_tardiness_h": Figure("others_weighted_tardiness_h", "Weighted tardiness of the others", "h"),
    "others_late_orders": Figure("others_late_orders", "Late orders among the others"),
    "span_h": Figure("span_h", "Time looked at", "h"),
    "working_h": Figure("working_h", "Working", "machine h"),
    "setup_h": Figure("setup_h", "Setup", "machine h"),
    "unattended_h": Figure("unattended_h", "Nobody there", "machine h"),
    "blocked_h": Figure("blocked_h", "Blocked", "machine h"),
    "down_h": Figure("down_h", "Down", "machine h"),
    "micro_stop_h": Figure("micro_stop_h", "Micro-stops", "machine h"),
    "maintenance_h": Figure("maintenance_h", "Maintenance", "machine h"),
    "closed_h": Figure("closed_h", "Closed", "machine h"),
    "idle_h": Figure("idle_h", "Idle", "machine h"),
    "energy_kwh": Figure("energy_kwh", "Energy", "kWh", 0),
    "energy_cost": Figure("energy_cost", "Energy cost", "", 2),
    "demand_cost": Figure("demand_cost", "Demand cost", "", 2),
    "peak_kw": Figure("peak_kw", "Peak demand", "kW"),
    "above_limit_h": Figure("above_limit_h", "Above the contracted demand", "h", 2),
    "co2_kg": Figure("co2_kg", "CO2", "kg"),
    "energy_per_good_piece_kwh": Figure("energy_per_good_piece_kwh", "Energy per good piece", "kWh", significant=3),
    "energy_not_working_share": Figure("energy_not_working_share", "Energy not for work", "%", 0, 100),
}

HEADLINES = (
    "weighted_tardiness_h",
    "late_orders",
    "on_time_share",
    "makespan_h",
    "lead_time_mean_h",
    "wip_mean_orders",
    "setup_h",
    "oee",
)
"""What a planner looks at first."""


DELIVERY = ("weighted_tardiness_h", "late_orders", "on_time_share")
"""What customers notice; it comes before what the plant notices."""


ENERGY = (
    "energy_kwh",
    "energy_cost",
    "peak_kw",
    "above_limit_h",
    "co2_kg",
    "energy_per_good_piece_kwh",
    "energy_not_working_share",
)
"""What comes next where the plant says what it draws."""

MATERIALS = ("short_of_material_h", "short_of_material_orders")
"""What comes next where the plant keeps materials."""

_MONEY = ("energy_cost", "demand_cost")


def figure(name: str, currency: str = "") -> Figure:
    """How the figure of that name is read; money is in *currency*."""
    found = _READ.get(name) or Figure(name, name.replace("_", " ").capitalize(), "", 2)
    return replace(found, unit=currency) if name in _MONEY else found


def of_row(row: Mapping[str, Any], currency: str = "") -> Figure:
    """How a row of a comparison (kpi, base, other) is read."""
    return figure(str(row["kpi"]), currency).sized(row["base"], row["other"])


def currency_of(plant: Plant) -> str:
    """What the prices of a plant are in; nothing where it has none."""
    tariff = plant.electricity.tariff
    return "" if tariff is None else tariff.currency


def known(names: Iterable[str], values: Mapping[str, float | None]) -> list[str]:
    """Those of *names* of which a value is known."""
    found = ((name, values.get(name)) for name in names)
    return [name for name, value in found if value is not None and value == value]


def in_order(names: list[str]) -> list[str]:
    """*names* with the headlines first and the rest as they are measured."""
    first = (*HEADLINES, *MATERIALS, *ENERGY)
    rest = [name for name in FIGURES if name not in first]
    found = [name for name in (*first, *rest) if name in names]
    return [*found, *(name for name in names if name not in found)]
