"""What a scenario file means."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from plant_models import (
    Constant,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Lognormal,
    Scenario,
    Shifts,
    Trace,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
    read,
    units,
)
from plant_models.documents import parsed
from plant_models.shifts import DAY, HOUR, MINUTE, WEEK

SHOP = """\
scenario: shop
work_centers:
  turning:
    machines: [lathe-1, lathe-2]
    variation: 0.2
    shifts: {shifts}
  milling:
    machines: [mill-1]
products:
  shaft:
    per: unit
    routing:
      - turning: 4 min
      - milling: {{exponential: 3 min}}
      - rework: {{lathe-1: 5 min, lathe-2: 0 s}}
      - lathe-2: {{constant: 1 min}}
      - {{step: last, at: [lathe-2, lathe-1], time: 2 min, per: order, scrap: 0.1, buffer: milling}}
"""


def text(content: str) -> Scenario:
    return read.described(parsed(content, "shop.yaml", is_json=False))


def shop(more: str = "", shifts: str = "null") -> Scenario:
    return text(SHOP.format(shifts=shifts) + more)


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("90 s", 90000),
        ("4min", 240000),
        ("1.5 h", 5400000),
        ("2 d", 2 * DAY),
        ("1 h 30 min", 5400000),
        ("1h30min", 5400000),
        ("1 week", WEEK),
        ("2 hours 1 second", 7201000),
        ("0.5 ms", 0.5),
        ("0 s", 0),
    ],
)
def test_a_time_is_a_number_with_a_unit(written, time):
    assert units.milliseconds(written) == time
    assert units.milliseconds(units.duration(time)) == time


@pytest.mark.parametrize(
    "written", ["4", "4 4 min", "min", "", "4 min,", "1_000 s", "٤ min", "1e3 s", "4 m", "4 MIN", None, True, [], 0]
)
def test_anything_else_is_no_time(written):
    with pytest.raises(ValueError, match=r"no time|no unit|negative"):
        units.milliseconds(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"constant": "4 min"}, Constant(240_000)),
        ({"exponential": "4 min"}, Exponential(240_000)),
        ({"exponential": {"mean": "4 min"}}, Exponential(240_000)),
        ({"uniform": ["2 min", "4 min"]}, Uniform(120_000, 240_000)),
        ({"uniform": {"low": "2 min", "high": "4 min"}}, Uniform(120_000, 240_000)),
        ({"triangular": ["1 s", "2 s", "5 s"]}, Triangular(1000, 2000, 5000)),
        ({"lognormal": {"mean": "4 min", "cv": 0.2}}, Lognormal(240_000, 0.2)),
        ({"gamma": {"mean": "4 min", "shape": 2.5}}, Gamma(240_000, 2.5)),
        ({"erlang": {"mean": "4 min", "phases": 3}}, Gamma(240_000, 3)),
        ({"weibull": {"scale": "4 min", "shape": 1.5}}, Weibull(240_000, 1.5)),
        ({"truncated_normal": ["4 min", "1 min"]}, TruncatedNormal(240_000, 60_000)),
        ({"truncated_normal": ["4 min", "1 min", "2 min"]}, TruncatedNormal(240_000, 60_000, 120_000)),
        (
            {"truncated_normal": {"mean": "4 min", "sd": "1 min", "high": "6 min"}},
            TruncatedNormal(240_000, 60_000, high=360_000),
        ),
        ({"empirical": ["4 min", "3 min", "4 min"]}, Empirical((240_000, 180_000, 240_000))),
        ({"empirical": "4 min"}, Empirical((240_000,))),
        (
            {"empirical": {"values": ["1 s", "2 s"], "weights": [3, 0.5], "interpolated": True}},
            Empirical((1000, 2000), (3, 0.5), interpolated=True),
        ),
        ({"trace": ["4 min", "0 s", "1.5 ms"]}, Trace((240_000, 0, 1.5))),
        ({"geometric": {"cycle": "1 min", "probability": 0.1}}, Geometric(60_000, 0.1)),
        ({"geometric": ["1 min", 1]}, Geometric(60_000, 1)),
    ],
)
def test_a_distribution_goes_by_its_name(written, meant):
    assert units.distribution(written) == meant
    assert units.distribution(units.written(meant)) in (meant, meant.mean)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (
            {"truncated_normal": "4 min"},
            r"truncated_normal takes mean and sd, and if need be low and high, not '4 min'",
        ),
        ({"truncated_normal": ["4 min", 1]}, r"truncated_normal, sd: 1 has no unit"),
        (
            {"truncated_normal": {"mean": "1 s", "sd": "1 s", "hgh": "2 s"}},
            r"takes mean and sd, and if need be low and",
        ),
        ({"truncated_normal": ["1 s", "1 ms", "2 s"]}, r"less than 1e-06 of that normal lies between low and high"),
        ({"empirical": []}, r"empirical .*wanted at least one value"),
        ({"empirical": ["4 min", 3]}, r"empirical, value 2: 3 has no unit"),
        ({"empirical": {"weights": [1]}}, r"empirical takes values, and if need be weights and interpolated"),
        ({"empirical": {"values": ["1 s"], "weights": ["much"]}}, r"empirical, weight 1: 'much' is no number"),
        ({"empirical": {"values": ["1 s"], "weights": [1, 2]}}, r"wanted as many weights as values, 1, or none"),
        (
            {"empirical": {"values": ["1 s"], "interpolated": "maybe"}},
            r"interpolated: wanted true or false, not 'maybe'",
        ),
        ({"trace": {"value": "1 s"}}, r"trace takes values, not"),
        ({"trace": [["1 s"]]}, r"trace, value 1: .* is no time"),
        ({"geometric": ["1 min"]}, r"geometric takes cycle and probability"),
        ({"geometric": ["1 min", 0]}, r"0 < probability <= 1"),
        ({"geometric": ["1 min", "0.5"]}, r"geometric, probability: '0.5' is no number"),
    ],
)
def test_what_is_no_distribution_is_told(written, words):
    with pytest.raises(ValueError, match=words):
        units.distribution(written)


def test_a_weibull_may_be_given_by_its_mean():
    given = units.distribution({"weibull": {"mean": "10 h", "shape": 2}})
    assert isinstance(given, Weibull)
    assert given.mean == pytest.approx(10 * HOUR)


def test_a_work_center_as_a_step_means_all_its_machines():
    turning = shop().plant.routings["shaft"].operations[0]
    assert list(turning.machines) == ["lathe-1", "lathe-2"]
    assert turning.per == "unit"


def test_variation_makes_plain_times_lognormal_and_leaves_others_alone():
    turning, milling, rework, single, last = shop().plant.routings["shaft"].operations
    assert turning.machines["lathe-1"] == Lognormal(4 * MINUTE, 0.2)
    assert milling.machines["mill-1"] == Exponential(3 * MINUTE)
    assert rework.machines == {"lathe-1": Lognormal(5 * MINUTE, 0.2), "lathe-2": Constant(0)}
    assert single.machines == {"lathe-2": Constant(MINUTE)}
    assert (last.id, last.per, last.scrap, last.buffer) == ("last", "order", 0.1, "milling")


def test_a_product_like_another_has_its_routing_and_its_family():
    plant = shop("  axle: {like: shaft}\n  pin: {like: axle, family: pins}\n").plant
    assert plant.products["axle"].routing == plant.products["pin"].routing == "shaft"
    assert (plant.products["axle"].family, plant.products["pin"].family) == ("axle", "pins")


def week(pattern: str, epoch: str = "2026-01-05T06:00") -> Shifts:
    return shop(f'epoch: "{epoch}"\nshifts:\n  day: {pattern}\n', shifts="day").plant.shifts["day"]


def test_two_shifts_that_meet_are_one_window_and_start_with_the_epoch():
    hours = week('{week: {early: {days: mon-fri, hours: "06:00-14:00"}, late: {days: mon-fri, hours: "14:00-22:00"}}}')
    assert hours.windows == tuple((day * DAY, day * DAY + 16 * HOUR) for day in range(5))


def test_a_night_shift_goes_past_midnight_and_past_the_end_of_the_week():
    hours = week('{week: {night: {days: sun, hours: "22:00-06:00"}}}', epoch="2026-01-05T00:00")
    assert hours.windows == ((0, 6 * HOUR), (WEEK - 2 * HOUR, WEEK))


@pytest.mark.parametrize(
    "epoch", ["2026-01-07T13:30:00+00:00", "2026-01-11T23:59:59.5+05:30", "2026-01-05T00:00:00-08:00"]
)
def test_hours_are_those_of_the_calendar_wherever_the_epoch_lies(epoch):
    scenario = shop(
        f'epoch: "{epoch}"\nshifts:\n  day: {{week: {{a: {{days: "tue, thu", hours: "22:00-06:00"}}}}}}\n', shifts="day"
    )
    hours, zone = scenario.plant.shifts["day"], datetime.fromisoformat(epoch).tzinfo
    for day, hour, is_open in [
        (13, 22, True),
        (14, 5, True),
        (14, 6, False),
        (14, 23, False),
        (15, 23, True),
        (13, 21, False),
    ]:
        moment = datetime(2026, 1, day, hour, 1, tzinfo=zone)
        assert hours.is_open(scenario.epoch.milliseconds(moment)) is is_open, moment


def test_holidays_and_overtime_are_days_of_the_calendar():
    hours = week(
        '{week: {a: {days: mon-fri, hours: "06:00-14:00"}},'
        " closed: [2026-01-06, {start: 1 d 20 h, end: 2026-01-07T07:00}],"
        ' overtime: [{day: 2026-01-10, hours: "06:00-12:00"}]}'
    )
    assert hours.closed == ((18 * HOUR, 42 * HOUR), (44 * HOUR, 49 * HOUR))
    assert hours.extra == ((5 * DAY, 5 * DAY + 6 * HOUR),)
    assert not hours.is_open(DAY)
    assert hours.is_open(5 * DAY)


def test_a_cycle_that_is_no_week_repeats_from_the_epoch():
    hours = week("{cycle: {period: 8 h, open: [{start: 0 s, end: 3 h}, {start: 4 h, end: 8 h}]}}")
    assert (hours.period, hours.windows) == (8 * HOUR, ((0, 3 * HOUR), (4 * HOUR, 8 * HOUR)))


def test_times_of_orders_are_dates_or_times_since_the_epoch():
    rows = [
        "{order: a, product: shaft, release: 2026-01-05T08:00, due: 1 d}",
        "{order: b, product: shaft, release: 2026-01-05T08:00:00+01:00, due: 2026-01-04}",
    ]
    a, b = shop("orders:\n" + "".join(f"  - {row}\n" for row in rows)).orders
    assert (a.release, a.due) == (2 * HOUR, DAY)
    assert (b.release, b.due) == (1 * HOUR, -30 * HOUR)


def test_a_row_of_orders_is_numbered_and_spaced():
    orders = shop(
        "orders:\n  - {order: lot, product: shaft, release: 1 h, due: 2 h, repeat: 12, every: 5 min}\n"
    ).orders
    assert [order.id for order in orders] == [f"lot-{n:02}" for n in range(1, 13)]
    assert (orders[11].release, orders[11].due) == (HOUR + 55 * MINUTE, 2 * HOUR + 55 * MINUTE)


def test_without_an_epoch_the_clock_starts_when_a_scenario_says_it_does():
    assert shop().epoch == Scenario(id="x", plant=shop().plant, orders=()).epoch
    assert shop('epoch: "2026-03-01T00:00"\n').epoch.start == datetime(2026, 3, 1, tzinfo=UTC)
    zone = timezone(timedelta(hours=2))
    assert shop('epoch: "2026-03-01T00:00+02:00"\n').epoch.start == datetime(2026, 3, 1, tzinfo=zone)


def test_failures_of_a_work_center_are_those_of_its_machines_unless_they_have_their_own():
    plant = text(
        """
scenario: x
work_centers:
  w:
    failures: {jam: {time_to_failure: {exponential: 1 h}, time_to_repair: 5 min, clock: working}}
    machines: {a: , b: {failures: {}}, c: {failures: {fire: {time_to_failure: 1 w, time_to_repair: 1 d}}}}
products: {p: {routing: [{w: 1 min}]}}
"""
    ).plant
    assert [[way.id for way in plant.machines[name].failures] for name in "abc"] == [["jam"], [], ["fire"]]
    assert plant.machines["a"].failures[0].clock == "working"


def test_work_centers_may_share_a_buffer_and_a_changeover():
    plant = text(
        """
scenario: x
buffers: {store: {capacity: 4}}
changeovers: {paint: {default: 5 min, times: {red: {blue: 9 min}}}}
work_centers:
  v: {machines: [a], buffer: store, changeover: paint}
  w: {machines: [b], buffer: store, changeover: paint}
products: {p: {family: red, routing: [{step: s, at: [v, w], time: 1 min}]}}
"""
    ).plant
    assert list(plant.buffers) == ["store"]
    assert plant.place(plant.routings["p"].operations[0]) == "store"
    assert plant.changeovers["paint"].time("red", "blue") == 9 * MINUTE


def test_text_stays_text_as_in_yaml_1_2():
    plant = text(
        """
scenario: no
work_centers: {on: {machines: [1, 02, 6:30]}}
products: {yes: {routing: [{on: 1 min}]}}
"""
    ).plant
    assert list(plant.work_centers) == ["on"]
    assert list(plant.machines) == ["1", "02", "6:30"]
    assert list(plant.products) == ["yes"]


def test_anchors_and_aliases_may_save_words():
    plant = text(
        """
scenario: x
work_centers:
  v: {machines: [a], changeover: &quick {default: 5 min}}
  w: {machines: [b], changeover: *quick}
products: {p: {routing: [{v: 1 min}]}}
"""
    ).plant
    assert plant.changeovers["w"].default == 5 * MINUTE


def test_times_without_deliveries_are_read() -> None:
    panel = read.scenario("electronics-factory").plant.materials["panel"].replenishment
    assert panel is not None
    assert [(late.start, late.end) for late in panel.late] == [(78 * HOUR, 84 * HOUR)]
