"""Energy: worked out by hand on a small line, and what must add up on any plant."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_models.distributions import Constant, Exponential
from plant_models.energy import QUARTER, Band, Electricity, Power, Tariff
from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plant import Batch, Failure, Plant
from plant_models.quality import Inspection
from plant_models.shifts import DAY, HOUR, MINUTE, Shifts
from tests.laws.worlds import FAR, World, worlds
from tests.twin.shops import line, minutes
from twin import Certain, Chance, Kpis, Luck, SimulatedFloor, apply, compare, kpi, measure, opening, rehearse, rule, run
from twin.energy import FIGURES, Energy
from twin.policies.rules import fifo
from twin.records.energy import load_frame, machines_frame, orders_frame
from twin.span import Trial
from twin.tally import figures_of
from twin.trials import trials

POWER = Power(working=12.0, idle=3.0, blocked=4.0)
OFF = Power(idle=0.0)
SUPPLY = Electricity(
    tariff=Tariff(
        price=0.20, bands=(Band(id="high", price=0.40, windows=((HOUR, 2 * HOUR),)),), period=DAY, demand_charge=2.0
    ),
    co2=0.5,
    limit=12.0,
)


def metered(plant: Plant, electricity: Electricity = SUPPLY, power: Power = POWER) -> Plant:
    centers = {name: replace(center, power=power) for name, center in plant.work_centers.items()}
    return replace(plant, work_centers=centers, electricity=electricity)


def with_energy(plant: Plant, kwh: float, per: str = "order") -> Plant:
    routings = {
        name: replace(r, operations=tuple(replace(o, energy=kwh, energy_per=per) for o in r.operations))
        for name, r in plant.routings.items()
    }
    return replace(plant, routings=routings)


def measured(plant: Plant, orders: list[Order], until: int, chance: Luck | None = None) -> Kpis:
    facts: list[Event] = []
    start = opening(plant, orders)
    run(SimulatedFloor(plant, start.copy(), chance or Certain(), facts.append), rule("fifo"), until)
    return measure(plant, start, facts, until=until)


def energy_of(kpis: Kpis) -> Energy:
    assert kpis.energy is not None
    return kpis.energy


def two_in_a_row() -> Kpis:
    """m0 works 0 to 20 (two orders of 10 minutes), m1 10 to 70 (30 minutes each); the span is 120 minutes."""
    orders = [Order(id=name, product="p", quantity=5) for name in ("o1", "o2")]
    return measured(metered(line(*minutes(10, 30))), orders, 120 * MINUTE)


def test_a_line_is_metered_as_by_hand() -> None:
    got = two_in_a_row()
    working, idle = 12.0 * (20 + 60) / 60, 3.0 * (100 + 60) / 60
    energy = energy_of(got)
    assert energy.machines["m0"]["working"] == pytest.approx(4.0)
    assert energy.machines["m1"]["idle"] == pytest.approx(3.0)
    quarters = [(12 * 15 + 3 * 10 + 12 * 5) / 60, (12 * 5 + 3 * 10 + 12 * 15) / 60]
    quarters += [15 / 60 * 15] * 2 + [(12 * 10 + 3 * 5 + 3 * 15) / 60] + [1.5] * 3
    assert list(energy.load.values()) == pytest.approx(quarters)
    assert got["energy_kwh"] == pytest.approx(working + idle)
    assert got["energy_cost"] == pytest.approx(0.20 * sum(quarters[:4]) + 0.40 * sum(quarters[4:]))
    assert got["peak_kw"] == pytest.approx(18.0)
    assert got["demand_cost"] == pytest.approx(36.0)
    assert got["above_limit_h"] == 1.0
    assert got["co2_kg"] == pytest.approx(0.5 * (working + idle))
    assert got["energy_per_good_piece_kwh"] == pytest.approx((working + idle) / 10)
    assert got["energy_not_working_share"] == pytest.approx(idle / (working + idle))


def test_orders_are_charged_for_work_and_the_rest_is_overhead() -> None:
    energy = energy_of(two_in_a_row())
    assert {name: order.kwh for name, order in energy.orders.items()} == pytest.approx({"o1": 8.0, "o2": 8.0})
    assert energy.overhead == pytest.approx(8.0)


def test_a_plant_that_does_not_say_what_it_draws_has_no_figures_of_energy() -> None:
    got = measured(line(*minutes(10, 30)), [Order(id="o", product="p")], 60 * MINUTE)
    assert got.energy is None
    assert not set(FIGURES) & set(got.figures)
    with pytest.raises(KeyError, match="no figure 'energy_kwh'; there are makespan_h"):
        got["energy_kwh"]
    assert got.elements["m0"].indicators()["K23"] is None
    assert got.plant.energy is None


def test_power_alone_tells_energy_and_peak_but_neither_cost_nor_carbon() -> None:
    plant = metered(line(*minutes(10)), Electricity())
    got = measured(plant, [Order(id="o", product="p")], 60 * MINUTE)
    assert got["energy_kwh"] == pytest.approx(4.5)
    assert {got[name] for name in ("energy_cost", "demand_cost", "co2_kg", "above_limit_h")} == {None}


def test_energy_per_piece_is_unknown_where_nothing_came_out() -> None:
    got = measured(metered(line(*minutes(10))), [], 60 * MINUTE)
    assert got["energy_kwh"] == pytest.approx(3.0)
    assert got["energy_per_good_piece_kwh"] is None
    assert got["energy_not_working_share"] == 1.0


def test_comprehensive_energy_consumption_is_that_of_the_standard() -> None:
    got = two_in_a_row()
    assert got.elements["m0"].indicators()["K23"] == pytest.approx((4.0 + 5.0) / 10)
    assert got.plant.indicators()["K23"] == pytest.approx((9.0 + 15.0) / 20)


def test_what_a_broken_machine_draws_is_not_the_orders() -> None:
    failing = Failure(time_to_failure=Constant(20 * MINUTE), time_to_repair=Constant(30 * MINUTE))
    plant = metered(line(*minutes(60)), power=Power(working=10.0, idle=1.0, down=6.0))
    machines = {name: replace(machine, failures=(failing,)) for name, machine in plant.machines.items()}
    energy = energy_of(
        measured(replace(plant, machines=machines), [Order(id="o", product="p")], 50 * MINUTE, Chance(1))
    )
    assert energy.machines["m0"]["down"] == pytest.approx(3.0)
    assert energy.orders["o"].kwh == pytest.approx(10 * 20 / 60)


def test_the_energy_of_an_operation_is_spread_over_its_work_and_charged_to_its_order() -> None:
    plant = with_energy(metered(line(*minutes(30)), Electricity(), OFF), 2.0, "unit")
    energy = energy_of(measured(plant, [Order(id="o", product="p", quantity=3)], HOUR))
    assert energy.kwh == pytest.approx(6.0)
    assert energy.peak == pytest.approx(12.0)
    assert energy.orders["o"].operations == pytest.approx(6.0)
    assert energy.load == pytest.approx({0: 3.0, 1: 3.0})
    assert energy.working == pytest.approx(6.0)


def test_an_operation_that_has_not_ended_took_its_share_so_far() -> None:
    plant = with_energy(metered(line(*minutes(40)), Electricity(), OFF), 8.0)
    orders = [Order(id="o", product="p")]
    assert energy_of(measured(plant, orders, 10 * MINUTE)).kwh == pytest.approx(2.0)
    assert energy_of(measured(plant, orders, 40 * MINUTE)).kwh == pytest.approx(8.0)


@pytest.mark.parametrize("seed", range(5))
def test_an_operation_takes_its_energy_however_long_it_lasts(seed: int) -> None:
    plant = with_energy(metered(line(Exponential(30 * MINUTE)), Electricity(), OFF), 8.0)
    energy = energy_of(measured(plant, [Order(id="o", product="p")], 10 * HOUR, Chance(seed)))
    assert energy.kwh == pytest.approx(8.0)
    assert energy.orders["o"].operations == pytest.approx(8.0)


def test_a_closed_machine_is_switched_off() -> None:
    hours = Shifts(id="day", windows=((0, HOUR),), period=DAY)
    energy = energy_of(measured(metered(line(*minutes(10), hours=hours)), [Order(id="o", product="p")], DAY))
    assert energy.machines["m0"]["closed"] == 0.0
    assert energy.kwh == pytest.approx(12 * 10 / 60 + 3 * 50 / 60)


def test_orders_of_a_batch_share_the_power_of_their_machine_by_their_pieces() -> None:
    plant = with_energy(metered(line(*minutes(60)), Electricity(), Power(working=40.0)), 0.5, "unit")
    machines = {name: replace(machine, batch=Batch(most=2, least=2)) for name, machine in plant.machines.items()}
    orders = [Order(id="small", product="p", quantity=1), Order(id="large", product="p", quantity=3)]
    energy = energy_of(measured(replace(plant, machines=machines), orders, 2 * HOUR))
    assert {name: order.working for name, order in energy.orders.items()} == pytest.approx(
        {"small": 10.0, "large": 30.0}
    )
    assert {name: order.operations for name, order in energy.orders.items()} == pytest.approx(
        {"small": 0.5, "large": 1.5}
    )
    assert energy.kwh == pytest.approx(42.0)


def test_the_base_load_is_overhead_and_counts_for_the_peak() -> None:
    plant = metered(line(*minutes(10)), Electricity(base_load=20.0), OFF)
    energy = energy_of(measured(plant, [Order(id="o", product="p")], 60 * MINUTE))
    assert (energy.kwh, energy.overhead, energy.peak) == pytest.approx((20.0, 20.0, 20.0))


def test_a_night_tariff_across_midnight_is_charged_on_both_sides() -> None:
    night = Band(id="night", price=0.1, windows=((0, 6 * HOUR), (22 * HOUR, DAY)))
    electricity = Electricity(tariff=Tariff(price=0.3, bands=(night,), period=DAY), base_load=1.0)
    plant = metered(line(*minutes(10)), electricity, OFF)
    got = measured(plant, [Order(id="o", product="p")], 2 * DAY)
    assert got["energy_cost"] == pytest.approx(2 * (8 * 0.1 + 16 * 0.3))


def test_a_peak_is_measured_by_the_clock_of_the_meter_whatever_the_epoch() -> None:
    plant = with_energy(metered(line(*minutes(15)), Electricity(), OFF), 6.0)
    shifted = replace(plant, electricity=Electricity(offset=5 * MINUTE))
    orders = [Order(id="o", product="p")]
    assert energy_of(measured(plant, orders, HOUR)).peak == pytest.approx(24.0)
    assert energy_of(measured(shifted, orders, HOUR)).peak == pytest.approx(16.0)


def test_tables_say_the_same_as_the_sums() -> None:
    kpis = two_in_a_row()
    energy = energy_of(kpis)
    assert list(kpis.orders_frame()["energy_kwh"]) == pytest.approx([8.0, 8.0])
    assert kpis.machines_frame()["energy_kwh"].sum() == pytest.approx(energy.kwh - energy.base)
    assert machines_frame(energy)["energy_kwh"].sum() == pytest.approx(energy.kwh)
    assert orders_frame(energy)["energy_kwh"].sum() == pytest.approx(energy.kwh)
    load = load_frame(energy)
    assert load["energy_kwh"].sum() == pytest.approx(energy.kwh)
    assert (load["energy_kwh"] * load["price"]).sum() == pytest.approx(energy.cost)
    assert list(load["start_ms"]) == [n * QUARTER for n in range(8)]
    assert list(load["band"]) == [""] * 4 + ["high"] * 4


def test_a_comparison_has_a_verdict_on_energy() -> None:
    plant = line(Exponential(10 * MINUTE), Exponential(5 * MINUTE))
    thirsty, frugal = metered(plant), metered(plant, power=Power(working=8.0))
    orders = [Order(id=f"o{n}", product="p") for n in range(5)]
    base, other = (rehearse(p, opening(p, orders), rule("fifo"), runs=10, workers=1) for p in (thirsty, frugal))
    found = compare(base, other)
    assert found["energy_kwh"].verdict == found["peak_kw"].verdict == found["energy_cost"].verdict == "better"


@st.composite
def metered_worlds(draw: st.DrawFn) -> World:
    """Any world, with random power, energy of operations, and a supply."""
    world = draw(worlds())
    kw = st.sampled_from((0.0, 0.5, 3.0, 40.0))
    words = ("working", "setup", "idle", "blocked", "down", "closed")

    def power() -> Power | None:
        return (
            None
            if draw(st.booleans())
            else Power(**{w: draw(kw) for w in draw(st.sets(st.sampled_from(words), min_size=1))})
        )

    plant = world.plant
    plant = replace(
        plant,
        work_centers={name: replace(center, power=power()) for name, center in plant.work_centers.items()},
        machines={name: replace(machine, power=power()) for name, machine in plant.machines.items()},
        electricity=replace(SUPPLY, base_load=draw(kw), offset=draw(st.sampled_from((0, 7 * MINUTE))), tariff=None),
    )
    plant = with_energy(plant, draw(kw), draw(st.sampled_from(("order", "unit"))))
    return replace(world, plant=plant)


@settings(deadline=None)
@given(metered_worlds(), st.floats(0, 1))
def test_energy_adds_up_by_machine_by_order_over_time_and_over_cuts(world: World, share: float) -> None:
    facts: list[Event] = []
    start = opening(world.plant, world.orders)
    end = min(FAR, 4 * DAY)
    run(world.floor(facts), world.policy, end)
    whole = measure(world.plant, start, facts, until=end)
    if whole.energy is None:
        return
    energy = whole.energy
    powers = {name: world.plant.power(name) for name in world.plant.machines}
    integral = sum(
        power.at(word) * time / HOUR
        for name, power in powers.items()
        if power is not None
        for word, time in whole.times[name].items()
    )
    operations = sum(energy.operations.values())
    assert energy.kwh == pytest.approx(integral + operations + energy.base)
    assert sum(energy.load.values()) == pytest.approx(energy.kwh)
    assert energy.overhead + sum(order.kwh for order in energy.orders.values()) == pytest.approx(energy.kwh)
    assert energy.overhead >= -1e-6
    assert sum(e.energy or 0.0 for e in whole.elements.values()) == pytest.approx(energy.kwh - energy.base)
    assert energy.peak * max(1, len(energy.load)) * QUARTER / HOUR >= energy.kwh - 1e-6

    cut = round(end * share)
    state = start.copy()
    for fact in facts:
        if fact.time > cut:
            break
        apply(world.plant, state, fact)
    state.now = cut
    first = measure(world.plant, start, facts, until=cut)
    second = measure(world.plant, state, [fact for fact in facts if fact.time > cut], until=end)
    assert first.energy is not None
    assert second.energy is not None
    assert first.energy.kwh + second.energy.kwh == pytest.approx(energy.kwh)
    names = {*first.energy.orders, *second.energy.orders}
    for name in names:
        parts = [e.orders[name].kwh for e in (first.energy, second.energy) if name in e.orders]
        assert sum(parts) == pytest.approx(energy.orders[name].kwh)


def test_figures_of_energy_stand_among_all_figures() -> None:
    assert set(FIGURES) <= set(kpi.FIGURES)


def test_a_reworked_order_takes_the_energy_of_the_pieces_that_are_worked_on() -> None:
    """60 kWh a piece, ten minutes an order: ten pieces at m0, ten at m1, and at 25 min half of two are done again."""
    plant = with_energy(line(*minutes(10, 10)), kwh=60.0, per="unit")
    again = Inspection(share=0.2, of="pieces", false_fail=1.0, on_fail="rework", rework_to="s0", limit=1)
    first, second = plant.routings["r"].operations
    routing = replace(plant.routings["r"], operations=(first, replace(second, inspection=again)))
    got = measured(replace(plant, routings={"r": routing}), [Order(id="o", product="p", quantity=10)], 25 * MINUTE)
    assert got["energy_kwh"] == pytest.approx(21 * 60.0)


# -- on the compiled floor --------------------------------------------------------------------------------------------


def on_both(plant: Plant, orders: Sequence[Order], until: int | None, warm_up: int = 0) -> Trial:
    """A run counted on both floors, which agree to the last bit."""
    state, seeds = opening(plant, orders), [(0, 7)]
    simulated, compiled = (
        trials(plant, state, fifo, Chance, seeds=seeds, until=until, warm_up=warm_up, engine=engine)[0]
        for engine in ("simpy", "compiled")
    )
    assert repr(simulated) == repr(compiled)
    return compiled


def test_the_compiled_floor_reads_the_meter_for_longer_than_it_first_had_room_for() -> None:
    orders = [Order(id=f"o{n}", product="p", quantity=2) for n in range(40)]
    plant = with_energy(metered(line(*minutes(30, 45)), Electricity(interval=MINUTE, base_load=0.1)), 0.7)
    figures = dict(zip(figures_of(plant), on_both(plant, orders, 60 * DAY, 26 * DAY).figures, strict=True))
    assert figures["energy_kwh"] == pytest.approx((0.1 + 2 * POWER.at("idle")) * 34 * 24)
    on_both(plant, orders, None)


def test_the_compiled_floor_spreads_an_operation_over_more_stretches_than_it_first_had_room_for() -> None:
    orders = [Order(id=f"o{n}", product="p", quantity=2) for n in range(3)]
    stops = Failure(time_to_failure=Constant(MINUTE), time_to_repair=Constant(MINUTE // 7), id="jam")
    plant = with_energy(metered(line(*minutes(600)), power=Power(working=5.0, down=0.3)), 2.5)
    plant = replace(plant, machines={"m0": replace(plant.machines["m0"], failures=(stops,))})
    on_both(plant, orders, None)
    on_both(plant, orders, 15 * HOUR, 3 * HOUR)
