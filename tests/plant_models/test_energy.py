"""Power by status, tariffs by the hour, and intervals of a meter."""

from datetime import UTC, datetime

import pytest

from plant_models.clock import Epoch
from plant_models.distributions import Constant
from plant_models.energy import QUARTER, Band, Electricity, Power, Tariff
from plant_models.orders import Operation
from plant_models.shifts import DAY, HOUR, MINUTE, WEEK
from plant_models.weeks import weekly

NIGHT = Band(id="night", price=0.10, windows=((0, 6 * HOUR), (22 * HOUR, DAY)), co2=0.2)


def test_a_status_that_is_not_named_draws_what_the_idle_machine_does() -> None:
    power = Power(working=12.0, idle=3.0)
    assert [power.at(word) for word in ("working", "setup", "blocked", "a word of tomorrow", "closed")] == [
        12.0,
        3.0,
        3.0,
        3.0,
        0.0,
    ]


def test_a_machine_says_what_differs_from_its_work_center() -> None:
    center = Power(working=12.0, idle=3.0)
    assert Power(working=20.0, closed=0.0).over(center) == Power(working=20.0, idle=3.0, closed=0.0)
    assert Power(working=20.0).over(None) == Power(working=20.0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Power(), "power: says nothing; wanted at least one of working, setup"),
        (lambda: Power(idle=-1.0), "idle must be a number of at least 0, not -1.0"),
        (lambda: Power(idle=float("nan")), "idle must be a number of at least 0, not nan"),
        (lambda: Band(id="b", price=float("inf"), windows=((0, 1),)), "price must be a number, not inf"),
        (lambda: Band(id="b", price=1.0, windows=()), "no hours"),
        (lambda: Band(id="b", price=1.0, windows=((5, 9), (0, 5))), "b: window 0-5 ms must come after 9 ms"),
        (lambda: Tariff(price=1.0, demand_charge=-1.0), "demand charge must be a number of at least 0"),
        (lambda: Tariff(price=1.0, period=0), "period must be more than zero"),
        (lambda: Tariff(price=1.0, period=DAY, bands=(NIGHT, NIGHT)), "'night' and 'night' overlap"),
        (lambda: Tariff(price=1.0, period=20 * HOUR, bands=(NIGHT,)), "must lie within the period"),
        (lambda: Electricity(limit=-5.0), "the limit must be a number of at least 0"),
        (lambda: Electricity(interval=7 * MINUTE), "a day must be a multiple of the interval"),
        (lambda: Electricity(offset=QUARTER), "offset must be at least 0 and below the interval"),
        (lambda: Electricity(tariff=Tariff(price=1.0, period=DAY + 1)), "must be a multiple of the interval"),
        (
            lambda: Electricity(
                tariff=Tariff(price=1.0, bands=(Band(id="odd", price=2.0, windows=((0, 20 * MINUTE),)),))
            ),
            "tariff, odd: bands begin and end with an interval of the meter, every 15 min",
        ),
        (
            lambda: Operation(id="o", machines={"m": Constant(1)}, energy=-1.0),
            "the energy must be a number of at least 0 kWh, not -1.0",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(make, words) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_a_price_may_be_negative() -> None:
    assert Tariff(price=-0.05).price == -0.05


def test_a_band_that_goes_past_midnight_holds_on_both_sides_of_it_and_every_day() -> None:
    tariff = Tariff(price=0.30, bands=(NIGHT,), period=DAY)
    for day in (0, 3 * DAY, -DAY):
        found = [tariff.band(day + hour * HOUR) for hour in (0, 5, 6, 12, 21, 22, 23)]
        assert found == [NIGHT, NIGHT, None, None, None, NIGHT, NIGHT]
    assert tariff.band(6 * HOUR - 1) == NIGHT
    assert tariff.band(22 * HOUR - 1) is None


def test_the_bands_of_a_calendar_week_hold_by_the_clock_on_the_wall_whatever_the_epoch() -> None:
    working_days = [(day * DAY + 8 * HOUR, day * DAY + 20 * HOUR) for day in range(5)]
    for start in (
        datetime(2026, 1, 5, tzinfo=UTC),
        datetime(2026, 1, 7, 6, tzinfo=UTC),
        datetime(2026, 1, 10, 23, 7, tzinfo=UTC),
    ):
        epoch = Epoch(start)
        high = Band(id="high", price=0.4, windows=weekly(working_days, epoch))
        offset = -epoch.start.minute % 15 * MINUTE
        electricity = Electricity(tariff=Tariff(price=0.2, bands=(high,)), offset=offset)
        for moment, wanted in (
            (datetime(2026, 2, 2, 7, 59, tzinfo=UTC), 0.2),
            (datetime(2026, 2, 2, 8, tzinfo=UTC), 0.4),
            (datetime(2026, 2, 6, 19, 59, tzinfo=UTC), 0.4),
            (datetime(2026, 2, 6, 20, tzinfo=UTC), 0.2),
            (datetime(2026, 2, 7, 12, tzinfo=UTC), 0.2),
        ):
            time = epoch.milliseconds(moment)
            rates = electricity.rates()
            assert rates[(time - offset) // QUARTER % len(rates)].price == wanted, (start, moment)


def test_rates_repeat_with_the_period() -> None:
    electricity = Electricity(tariff=Tariff(price=0.3, bands=(NIGHT,), period=DAY), co2=0.4)
    rates = electricity.rates()
    assert len(rates) == 96
    assert [rates[q] for q in (0, 23, 24, 87, 88)] == [
        ("night", 0.10, 0.2),
        ("night", 0.10, 0.2),
        ("", 0.3, 0.4),
        ("", 0.3, 0.4),
        ("night", 0.10, 0.2),
    ]
    assert Electricity(co2=0.4).rates() == (("", None, 0.4),)
    assert len(Electricity(tariff=Tariff(price=1.0)).rates()) == WEEK // QUARTER


def test_the_intervals_of_a_span_cover_it_without_a_gap() -> None:
    electricity = Electricity(offset=8 * MINUTE)
    found = list(electricity.intervals(5 * MINUTE, 40 * MINUTE))
    assert found == [
        (-1, 5 * MINUTE, 8 * MINUTE),
        (0, 8 * MINUTE, 23 * MINUTE),
        (1, 23 * MINUTE, 38 * MINUTE),
        (2, 38 * MINUTE, 40 * MINUTE),
    ]
    assert list(electricity.intervals(8 * MINUTE, 8 * MINUTE)) == []


def test_the_energy_of_an_operation_is_for_the_order_or_for_each_piece() -> None:
    each = Operation(id="heat", machines={"m": Constant(1)}, energy=0.5, energy_per="unit")
    assert each.kwh(4) == 2.0
    assert Operation(id="heat", machines={"m": Constant(1)}, energy=0.5).kwh(4) == 0.5
