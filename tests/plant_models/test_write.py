"""What is written reads back equal."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plant_models import (
    Buffer,
    Changeover,
    Constant,
    Empirical,
    Epoch,
    Failure,
    Gamma,
    Geometric,
    InvalidPlant,
    Machine,
    Operation,
    Order,
    Plant,
    Product,
    Routing,
    Scenario,
    Shifts,
    Trace,
    TruncatedNormal,
    Uniform,
    WorkCenter,
    generate,
    read,
    write,
)
from plant_models.documents import parsed
from plant_models.shifts import DAY, MINUTE, WEEK
from tests.laws.every import on_every_floor

NAMES = st.one_of(
    st.sampled_from(
        [
            "007",
            "08",
            "1e5",
            "yes",
            "no",
            "on",
            "null",
            "~",
            "true",
            ".nan",
            "2026-01-05",
            "6:30",
            "a: b",
            "a #b",
            "- x",
            "step",
            "gamma",
            "uniform",
            "constant",
            "trace",
            "at",
            "*x",
            "&x",
            "!x",
            "%x",
            "@x",
            "{a}",
            "[a]",
            "'",
            '"',
            "a,b",
            "<<",
            "=",
            "Fräse 1",
            "旋盤",
            "j1",
        ]
    ),
    st.text(
        st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["C", "Z"]), min_size=1, max_size=6
    ),
)
TIMES = st.one_of(st.integers(0, 10 * WEEK), st.integers(0, 10_000).map(lambda n: n * MINUTE))


@st.composite
def oddities(draw: st.DrawFn) -> Scenario:
    """Small scenarios whose names, times and hours are as odd as they may be."""
    names = draw(st.lists(NAMES, min_size=6, max_size=6, unique=True))
    start = datetime(2026, 1, 5, tzinfo=timezone(timedelta(hours=draw(st.integers(-11, 13))))) + timedelta(
        milliseconds=draw(st.sampled_from([0, 6 * 3_600_000, 1, 999, 123_456_789]))
    )
    cuts = sorted(draw(st.sets(TIMES.filter(lambda t: t <= WEEK), min_size=2, max_size=6)))
    windows = tuple(zip(cuts[::2], cuts[1::2], strict=False))
    if draw(st.booleans()):
        windows = ((0, 14 * 60 * MINUTE), (20 * 60 * MINUTE, DAY), (6 * DAY, WEEK))
    closed = ((DAY - 6 * 60 * MINUTE, 2 * DAY - 6 * 60 * MINUTE),) if draw(st.booleans()) else ()
    period = draw(st.sampled_from([WEEK, WEEK, WEEK + 1]))
    shifts = Shifts(id=names[0], windows=windows, period=period, closed=closed, extra=((-5, 7),), outages=closed)
    work = draw(
        st.one_of(
            st.floats(0, 1e9).map(Constant),
            st.tuples(st.floats(0, 1e6), st.floats(1e6, 1e9)).map(lambda p: Uniform(*p)),
            st.tuples(st.floats(1e-3, 1e9), st.floats(1e-3, 1e3)).map(lambda p: Gamma(*p)),
            st.tuples(st.floats(0, 1e9), st.floats(1e9, 1e10)).map(lambda p: TruncatedNormal(*p)),
            st.floats(1e6, 1e9).map(lambda high: TruncatedNormal(1e6, 1e6, 0.1, high)),
            st.lists(st.floats(0, 1e9), min_size=1, max_size=4).map(lambda v: Trace(tuple(v))),
            st.lists(st.floats(0, 1e9), min_size=1, max_size=4).map(lambda v: Empirical(tuple(v))),
            st.lists(st.tuples(st.floats(0, 1e9), st.floats(1e-3, 1e3)), min_size=1, max_size=4).map(
                lambda pairs: Empirical(*map(tuple, zip(*pairs, strict=True)), interpolated=len(pairs) > 2)
            ),
            st.tuples(st.floats(1e-3, 1e9), st.floats(1e-3, 1)).map(lambda p: Geometric(*p)),
        )
    )
    shared = draw(st.booleans())
    centers = {
        names[1]: WorkCenter(id=names[1], buffer=names[2], shifts=names[0], changeover=names[3]),
        names[4]: WorkCenter(
            id=names[4], buffer=names[2] if shared else names[4], changeover=draw(st.sampled_from([None, names[3]]))
        ),
    }
    buffers = {names[2]: Buffer(id=names[2], capacity=draw(st.sampled_from([None, 0, 7])), discipline="lifo")}
    if not shared:
        buffers[names[4]] = Buffer(id=names[4])
    ways = (Failure(id=names[0], time_to_failure=Gamma(5e6, 2), time_to_repair=work, clock="working"),)
    machines = {
        name: Machine(id=name, work_center=center, speed=speed, failures=failures, set_up_for=None)
        for name, center, speed, failures in draw(
            st.permutations(
                [(names[1], names[1], 1.0, ways), (names[5], names[1], 0.7, ()), (names[3], names[4], 1e-3, ways)]
            )
        )
    }
    alternatives = dict.fromkeys(draw(st.permutations([names[1], names[5]]))[: draw(st.integers(1, 2))], work)
    routing = Routing(
        id=draw(st.sampled_from([names[4], names[5]])),
        operations=(
            Operation(id=draw(st.sampled_from([names[1], names[5], "step"])), machines=alternatives),
            Operation(id=names[3], machines={names[3]: work}, per="unit", scrap=draw(st.sampled_from([0.0, 0.25]))),
        ),
    )
    products = {
        name: Product(id=name, routing=routing.id, family=names[draw(st.integers(0, 1))]) for name in names[3:5]
    }
    plant = Plant(
        id=names[0],
        work_centers=centers,
        machines=machines,
        buffers=buffers,
        routings={routing.id: routing},
        products=products,
        changeovers={names[3]: Changeover(id=names[3], times={names[0]: {names[1]: draw(TIMES)}}, default=draw(TIMES))},
        shifts={names[0]: shifts},
    )
    orders = tuple(
        Order(
            id=name,
            product=names[4],
            release=draw(TIMES),
            due=draw(st.one_of(st.none(), TIMES.map(lambda t: t - DAY))),
            weight=0.1,
            priority=-3,
        )
        for name in names
    )
    return Scenario(id=names[0], plant=plant, orders=orders, epoch=Epoch(start), title=names[1], rule=names[2])


def both_ways(scenario: Scenario) -> list[Scenario]:
    yaml = read.described(parsed(write.as_yaml(scenario), "x.yaml", is_json=False))
    return [yaml, read.described(parsed(write.as_json(scenario), "x.json", is_json=True))]


def check_equal(scenario: Scenario) -> None:
    for again in both_ways(scenario):
        assert again == scenario
        assert list(again.plant.machines) == list(scenario.plant.machines)
        for name, routing in again.plant.routings.items():
            for step, operation in enumerate(routing.operations):
                assert list(operation.machines) == list(scenario.plant.routings[name].operations[step].machines)


@on_every_floor(most=50)
def test_a_random_plant_with_its_orders_reads_back_equal(world):
    check_equal(Scenario(id="random", plant=world.plant, orders=world.orders, rule=world.rule))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(oddities())
def test_odd_names_times_and_hours_read_back_equal(scenario):
    check_equal(scenario)


@pytest.mark.parametrize("name", read.names())
def test_a_shipped_scenario_reads_back_equal(name):
    check_equal(read.scenario(name))


@pytest.mark.parametrize(
    "scenario",
    [
        generate.flow_line(4, buffers=[0, 2, None], spread=0.3),
        generate.job_shop(4, 3, due=1.5),
        generate.flexible_job_shop(4, 3),
        generate.taillard(4, 3, 873654221),
    ],
    ids=lambda scenario: scenario.id,
)
def test_a_generated_plant_reads_back_equal(scenario):
    check_equal(scenario)


@pytest.mark.parametrize("ending", ["yaml", "yml", "json"])
def test_a_file_is_written_and_read(tmp_path, ending):
    scenario = read.scenario("machine-shop")
    write.scenario(scenario, tmp_path / f"shop.{ending}")
    assert read.scenario(tmp_path / f"shop.{ending}") == scenario
    if ending == "json":
        json.loads((tmp_path / "shop.json").read_text())
    else:
        assert (
            (tmp_path / f"shop.{ending}")
            .read_text()
            .startswith("# yaml-language-server: $schema=scenario.schema.json\n")
        )


def test_what_no_file_can_say_is_refused_and_nothing_is_written(tmp_path: Path):
    line = generate.flow_line(1, failures=[Failure(time_to_failure=Constant(5), time_to_repair=Constant(5))] * 2)
    with pytest.raises(InvalidPlant, match="two failures are called 'breakdown'"):
        write.scenario(line, tmp_path / "line.yaml")
    assert not list(tmp_path.iterdir())
