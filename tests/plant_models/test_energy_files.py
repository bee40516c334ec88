"""Energy in files: read as it is said, written as it is read, and refused with what would be right."""

from pathlib import Path

import pytest

from plant_models import Band, Electricity, InvalidPlant, Power, Tariff, read, write
from plant_models.shifts import DAY, HOUR, MINUTE

FILE = """
scenario: metered
epoch: "2026-01-07T06:00:00+00:00" # a Wednesday
electricity:
  tariff:
    price: 0.19
    demand_charge: 12
    currency: CHF
    bands:
      high: {price: 0.28, co2: 0.41, week: [{days: mon-fri, hours: "22:00-02:00"}]}
  co2: 0.36
  limit: 40 kW
  base_load: 500 W
work_centers:
  a: {machines: {m1: {power: {working: 14.5 kW}}, m2: }, power: {working: 12 kW, idle: 800 W}}
products:
  p: {routing: [{step: s, at: a, time: 5 min, energy: 250 Wh, energy_per: unit}]}
"""


def written(folder: Path, text: str = FILE) -> Path:
    file = folder / "metered.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_says_what_machines_draw_and_what_it_costs(tmp_path: Path) -> None:
    plant = read.scenario(written(tmp_path)).plant
    assert plant.power("m1") == Power(working=14.5, idle=0.8)
    assert plant.power("m2") == Power(working=12.0, idle=0.8)
    assert plant.routings["p"].operations[0].kwh(4) == 1.0
    tariff = plant.electricity.tariff
    assert tariff is not None
    assert (tariff.price, tariff.demand_charge, tariff.currency) == (0.19, 12.0, "CHF")
    assert (plant.electricity.limit, plant.electricity.base_load, plant.electricity.co2) == (40.0, 0.5, 0.36)
    prices = [getattr(tariff.band(hours * HOUR), "price", tariff.price) for hours in (15, 16, 19, 20, 64, 67, 68, 88)]
    assert prices == [0.19, 0.28, 0.28, 0.19, 0.28, 0.28, 0.19, 0.19]


@pytest.mark.parametrize("name", ["again.yaml", "again.json", "again.xlsx", "again"])
@pytest.mark.parametrize("epoch", ["2026-01-07T06:00:00+00:00", "2026-01-04T23:07:00+01:00"])
def test_energy_is_written_as_it_was_read(tmp_path: Path, name: str, epoch: str) -> None:
    found = read.scenario(written(tmp_path, FILE.replace("2026-01-07T06:00:00+00:00", epoch)))
    write.scenario(found, tmp_path / name)
    assert read.scenario(tmp_path / name) == found


def test_a_tariff_with_a_period_of_its_own_is_said_in_windows(tmp_path: Path) -> None:
    text = FILE.replace('week: [{days: mon-fri, hours: "22:00-02:00"}]', "open: [{start: 0 s, end: 8 h}]").replace(
        "    price: 0.19\n", "    price: 0.19\n    period: 1 d\n"
    )
    found = read.scenario(written(tmp_path, text))
    assert found.plant.electricity.tariff == Tariff(
        price=0.19,
        demand_charge=12.0,
        currency="CHF",
        period=DAY,
        bands=(Band(id="high", price=0.28, co2=0.41, windows=((0, 8 * HOUR),)),),
    )
    write.scenario(found, tmp_path / "again.yaml")
    assert read.scenario(tmp_path / "again.yaml") == found


def test_intervals_of_the_meter_begin_with_the_hours_on_the_clock(tmp_path: Path) -> None:
    found = read.scenario(written(tmp_path, FILE.replace("T06:00", "T06:07")))
    assert found.plant.electricity.offset == 8 * MINUTE
    said = FILE.replace("T06:00", "T06:07").replace("  limit: 40 kW\n", "  limit: 40 kW\n  offset: 2 min\n")
    with pytest.raises(InvalidPlant, match="bands begin and end with an interval of the meter"):
        read.scenario(written(tmp_path, said))


def test_a_plant_of_which_nothing_is_said_has_a_supply_of_which_nothing_is_known() -> None:
    assert read.scenario("machine-shop").plant.electricity == Electricity()


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("14.5 kW", "14.5", r"m1.power.working: 14.5 is no power; wanted .* such as '12 kW' or '800 W'"),
        ("14.5 kW", "3 kWh", "no unit 'kWh'; there are W, kW, MW"),
        ("250 Wh", "-2 kWh", "routing.0.energy: '-2 kWh' is no energy"),
        ("250 Wh", "2 GWh", "no power|no unit|is no energy"),
        ('"22:00', '"22:10', r"bands begin and end with an interval of the meter, every 15 min"),
        ("co2: 0.36", "co2: -1", "electricity.co2"),
        ("limit: 40 kW", "limt: 40 kW", "no key 'limt'; did you mean 'limit'"),
        ("    price: 0.19\n", "", "electricity.tariff: the key 'price' is missing"),
        ("working: 12", "wroking: 12", "no key 'wroking'; did you mean 'working'"),
        ("price: 0.28", "price: .nan", "no number to work with"),
        ("co2: 0.41,", "open: [{start: 0 s, end: 1 h}],", "wanted either the days and hours of a 'week'"),
        ("    price: 0.19\n", "    price: 0.19\n    period: 1 d\n", "has a period of its own; wanted windows"),
        ("  co2: 0.36\n", "  co2: 0.36\n  interval: 0 s\n", "a day must be a multiple of the interval"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(
    tmp_path: Path, wrong: str, right: str, words: str
) -> None:
    assert wrong in FILE
    with pytest.raises(InvalidPlant, match=words):
        read.scenario(written(tmp_path, FILE.replace(wrong, right)))
