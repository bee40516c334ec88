"""The load profile as a chart, and energy in the tables of the command line."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest
from rich.console import Console

from plant_models import Electricity, InvalidPlant, Power, read
from plant_models.events import Event
from plant_models.shifts import HOUR
from twin import Certain, SimulatedFloor, compare, kpi, opening, rehearse, rule, run
from twin.energy import Energy
from twin.kpi import Kpis
from ui import load, tables
from ui.commands.records import export
from ui.desk import Desk
from ui.figures import figure

LINE = read.scenario("bottling-line")


def measured(electricity: Electricity = LINE.plant.electricity) -> Kpis:
    plant, facts = replace(LINE.plant, electricity=electricity), list[Event]()
    start = opening(plant, LINE.orders[:60])
    run(SimulatedFloor(plant, start.copy(), Certain(), facts.append), rule("fifo"), 3 * HOUR)
    return kpi.measure(plant, start, facts, until=3 * HOUR)


def energy_of(kpis: Kpis) -> Energy:
    assert kpis.energy is not None
    return kpis.energy


def names(figure: go.Figure) -> list[str]:
    return [trace.name for trace in figure.data]


def printed(table: object) -> str:
    out = StringIO()
    console = Console(width=160, file=out)
    console.print(table)
    return out.getvalue()


def test_a_load_profile_shows_demand_bands_and_the_contracted_limit() -> None:
    energy = energy_of(measured(replace(LINE.plant.electricity, limit=170.0)))
    drawn = load.chart(load.profile(energy), epoch=LINE.epoch)
    assert names(drawn)[:2] == ["other hours: 0.17 EUR/kWh", "high: 0.24 EUR/kWh"]
    assert names(drawn)[2:] == ["demand", "above the contracted demand", "base load 30 kW"]
    heights = [height for trace in drawn.data[2:4] for height in trace.y]
    assert sorted(heights) == pytest.approx(sorted(kwh * 4 for kwh in energy.load.values()))
    assert all(height > 170 for height in drawn.data[3].y)
    assert any("contracted 170 kW" in annotation.text for annotation in drawn.layout.annotations)


def test_the_sentence_says_the_peak_and_when_it_was() -> None:
    energy = energy_of(measured())
    said = load.words(load.profile(energy), LINE.epoch)
    assert said.startswith(
        f"{energy.kwh:,.0f} kWh; the highest average over 15 minutes is {energy.peak:,.0f} kW, Mon 05"
    )
    assert "above the contracted 180 kW in" in said


def test_power_alone_gives_a_profile_without_bands_or_limit() -> None:
    shown = load.profile(energy_of(measured(Electricity())))
    assert names(load.chart(shown, epoch=LINE.epoch)) == ["demand"]
    assert load.words(shown, LINE.epoch).count(";") == 1


def test_the_world_as_it_is_stands_behind_the_changed_one() -> None:
    shown = load.profile(energy_of(measured()))
    drawn = load.chart(shown, epoch=LINE.epoch, before=shown)
    [old] = [trace for trace in drawn.data if trace.name == "as it is"]
    assert len(old.x) == len(shown["rows"]) + 1


def test_tables_show_energy_with_its_currency_where_the_plant_says_what_it_draws() -> None:
    shown = printed(tables.headlines(measured()))
    assert "Energy cost" in shown
    assert "EUR" in shown
    shop = read.scenario("machine-shop")
    assert "Energy" not in printed(tables.headlines(kpi.measure(shop.plant, opening(shop.plant, shop.orders), [])))


def test_rehearsals_and_comparisons_show_energy_with_a_verdict() -> None:
    frugal = replace(
        LINE.plant,
        work_centers=dict(LINE.plant.work_centers)
        | {"filling": replace(LINE.plant.work_centers["filling"], power=Power(working=30.0, idle=10.0))},
    )
    base, other = (
        rehearse(plant, opening(plant, LINE.orders[:20]), rule("fifo"), runs=3, workers=1)
        for plant in (LINE.plant, frugal)
    )
    assert "Peak demand" in printed(tables.rehearsal(base, "EUR"))
    shown = printed(tables.comparison(compare(base, other), "EUR"))
    assert "better" in next(line for line in shown.splitlines() if "Energy cost, EUR" in line)


def test_the_journal_gives_energy_by_machine_by_order_and_over_time(tmp_path: Path) -> None:
    desk = Desk.begin(tmp_path / "ws", LINE.with_orders(LINE.orders[:5]), by="ann")
    run(SimulatedFloor(LINE.plant, desk.state.copy(), Certain(), desk.journal.append), rule("fifo"), HOUR)
    desk.journal.close()
    for what in ("energy", "energy-orders", "load"):
        export(tmp_path / "ws", what, tmp_path / f"{what}.csv")
    machines, orders, profile = (pd.read_csv(tmp_path / f"{what}.csv") for what in ("energy", "energy-orders", "load"))
    total = machines["energy_kwh"].sum()
    assert total > 10
    assert orders["energy_kwh"].sum() == pytest.approx(total)
    assert profile["energy_kwh"].sum() == pytest.approx(total)
    assert list(orders["order"].dropna()) == [order.id for order in LINE.orders[:5]]


def test_a_plant_that_says_nothing_has_no_energy_to_export(tmp_path: Path) -> None:
    Desk.begin(tmp_path / "ws", read.scenario("machine-shop"), by="ann").journal.close()
    with pytest.raises(InvalidPlant, match="does not say what it draws; give its machines or work centers power"):
        export(tmp_path / "ws", "load", tmp_path / "load.csv")


def test_a_simulation_tells_what_each_machine_drew() -> None:
    energy = energy_of(measured())
    lines = printed(tables.energy(energy)).splitlines()
    [filler] = [line for line in lines if "filler" in line]
    assert filler.split()[-1] == f"{energy.machine('filler'):,.1f}"
    assert any("base load" in line and f"{energy.base:,.1f}" in line for line in lines)


@pytest.mark.parametrize(
    ("kwh", "shown"), [(0.00612, "0.00612"), (2.5, "2.50"), (812.4, "812"), (0.0, "0.0"), (None, "–")]
)
def test_energy_per_piece_is_read_as_well_for_a_bottle_as_for_a_forging(kwh: float | None, shown: str) -> None:
    assert figure("energy_per_good_piece_kwh").value(kwh) == shown
