"""What a span took in energy, as tables: by machine, by order, and over time."""

import pandas as pd

from plant_models.shifts import HOUR
from twin.energy import Energy


def machines_frame(energy: Energy) -> pd.DataFrame:
    """One row for each machine: kWh by status, its operations' own, and all of it.

    The last row is the base load, where the plant has one; it has no machine.
    """
    rows: list[dict[str, object]] = [
        {
            "machine": name,
            **{f"{word}_kwh": kwh for word, kwh in by_status.items()},
            "operations_kwh": energy.operations.get(name, 0.0),
            "energy_kwh": energy.machine(name),
        }
        for name, by_status in energy.machines.items()
    ]
    if energy.base:
        rows.append({"machine": None, "energy_kwh": energy.base})
    return pd.DataFrame(rows)


def orders_frame(energy: Energy) -> pd.DataFrame:
    """One row for each order that a machine was set up for or worked on: its kWh.

    The last row, without an order, is the overhead: what machines drew that did neither, and the base load.
    """
    rows: list[dict[str, object]] = [
        {
            "order": name,
            "working_kwh": order.working,
            "setup_kwh": order.setup,
            "operations_kwh": order.operations,
            "energy_kwh": order.kwh,
        }
        for name, order in energy.orders.items()
    ]
    rows.append({"order": None, "energy_kwh": energy.overhead})
    return pd.DataFrame(rows, columns=["order", "working_kwh", "setup_kwh", "operations_kwh", "energy_kwh"])


def load_frame(energy: Energy) -> pd.DataFrame:
    """The load profile: one row for each interval of the meter that the span touches.

    *start_ms* is when it begins, *kw* its average demand, *energy_kwh* what was drawn in it; *band*, *price* (per kWh)
    and *co2* (kg per kWh) are those of the tariff then.
    """
    rows = []
    for number, _, _ in energy.electricity.intervals(energy.start, energy.end):
        kwh, rate = energy.load.get(number, 0.0), energy.rate(number)
        rows.append(
            {
                "start_ms": energy.electricity.begins(number),
                "kw": kwh * HOUR / energy.electricity.interval,
                "energy_kwh": kwh,
                "band": rate.band,
                "price": rate.price,
                "co2": rate.co2,
            }
        )
    columns = ["start_ms", "kw", "energy_kwh", "band", "price", "co2"]
    return pd.DataFrame(rows, columns=columns).astype({"price": float, "co2": float})
