"""A plant can be described in tables, and what is written in tables reads back equal."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook, load_workbook

from plant_models import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Geometric,
    InvalidPlant,
    Lognormal,
    Plant,
    Scenario,
    Trace,
    TruncatedNormal,
    Uniform,
    Weibull,
    generate,
    read,
    write,
)
from plant_models.clock import Epoch
from plant_models.events import Event
from plant_models.sheets import Cell
from plant_models.shifts import HOUR, MINUTE
from plant_models.tabulate import tables
from plant_models.workbook import TABLES
from tests.laws.every import on_every_floor
from tests.laws.worlds import FAR, World
from tests.plant_models.test_write import oddities
from twin import run

SMALL: dict[str, list[list[Cell]]] = {
    "work_centers": [["work_center", "shifts", "changeover"], ["turning", "early", "turning"], ["milling", None, None]],
    "machines": [
        ["machine", "work_center", "speed", "notes"],
        ["lathe", "turning", 1.25, "the new one"],
        ["mill 1", "milling", None, None],
        ["mill 2", "milling", None, None],
    ],
    "products": [["product", "family"], ["shaft", "round"], ["plate", None]],
    "routings": [
        ["routing", "step", "operation", "machine", "time", "per", "scrap"],
        ["shaft", 10, "rough", "lathe", "lognormal(4 min, 0.2)", "unit", 0.01],
        ["shaft", 20, "slot", "milling", "uniform(2 min, 3 min)", None, None],
        ["plate", 10, "face", "mill 1", "5 min", None, None],
        ["plate", 10, "face", "mill 2", "exponential(mean=6 min)", None, None],
    ],
    "changeovers": [["changeover", "before", "after", "time"], ["turning", None, None, "20 min"]],
    "shifts": [["shifts", "kind", "days", "hours"], ["early", "week", "mon-fri", "06:00-14:00"]],
    "failures": [
        ["machine", "failure", "time_to_failure", "time_to_repair", "clock"],
        ["mill 1", "spindle", "weibull(40 h, 2)", "1 h 30 min", "working"],
    ],
    "orders": [
        ["order", "product", "quantity", "due"],
        [1001, "shaft", 20, datetime.fromisoformat("2026-01-05T14:00")],
        ["x", "plate", None, "2 d"],
    ],
}


def excel(path: Path, sheets: dict[str, list[list[Cell]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def changed(table: str, row: int, column: int, cell: Cell) -> dict[str, list[list[Cell]]]:
    return SMALL | {
        table: [[*r[:column], cell, *r[column + 1 :]] if n == row else r for n, r in enumerate(SMALL[table], 1)]
    }


def again(scenario: Scenario, name: str) -> Scenario:
    with TemporaryDirectory() as folder:
        write.scenario(scenario, Path(folder) / name)
        return read.scenario(Path(folder) / name)


def check_round_trip(scenario: Scenario, *names: str) -> None:
    for name in names or ("plant.xlsx", "plant"):
        found = again(scenario, name)
        assert found == scenario
        assert list(found.plant.machines) == list(scenario.plant.machines)


def test_a_workbook_says_what_a_plant_is(tmp_path: Path) -> None:
    shop = read.scenario(excel(tmp_path / "shop.xlsx", SMALL))
    plant = shop.plant
    assert (shop.id, list(plant.machines)) == ("shop", ["lathe", "mill 1", "mill 2"])
    assert plant.machines["lathe"].speed == 1.25
    assert plant.products["shaft"].family == "round"
    assert plant.products["plate"].family == "plate"
    rough, slot = plant.routings["shaft"].operations
    assert (rough.machines, rough.per, rough.scrap) == ({"lathe": Lognormal(4 * MINUTE, 0.2)}, "unit", 0.01)
    assert slot.machines == dict.fromkeys(("mill 1", "mill 2"), Uniform(2 * MINUTE, 3 * MINUTE))
    assert plant.routings["plate"].operations[0].machines == {
        "mill 1": Constant(5 * MINUTE),
        "mill 2": Exponential(6 * MINUTE),
    }
    assert plant.setup_time("lathe", "plate", "shaft") == 20 * MINUTE
    assert plant.shifts["early"].windows[0] == (0, 8 * HOUR)
    [failure] = plant.machines["mill 1"].failures
    assert (failure.time_to_failure, failure.clock) == (Weibull(40 * HOUR, 2), "working")
    assert [(o.id, o.quantity, o.due) for o in shop.orders] == [("1001", 20, 8 * HOUR), ("x", 1, 48 * HOUR)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_folder_of_tables_says_the_same(tmp_path: Path, separator: str) -> None:
    from_excel = read.scenario(excel(tmp_path / "shop.xlsx", SMALL))
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, rows in SMALL.items():
        quoted = [
            [f'"{cell}"' if "," in str(cell) else str(cell if cell is not None else "") for cell in row] for row in rows
        ]
        (folder / f"{name}.csv").write_text("\n".join(separator.join(row) for row in quoted) + "\n")
    assert read.scenario(folder) == from_excel


@pytest.mark.parametrize("name", read.names())
def test_a_shipped_scenario_reads_back_equal(name: str) -> None:
    check_round_trip(read.scenario(name))


@pytest.mark.parametrize(
    "scenario",
    [
        generate.flow_line(4, buffers=[0, 2, None], spread=0.3),
        generate.job_shop(4, 3, due=1.5),
        generate.flexible_job_shop(4, 3),
        generate.taillard(4, 3, 873654221),
    ],
    ids=lambda scenario: str(scenario.id),
)
def test_a_generated_plant_reads_back_equal(scenario: Scenario) -> None:
    check_round_trip(scenario)


@on_every_floor(most=20)
def test_a_random_plant_reads_back_equal(world: World) -> None:
    check_round_trip(Scenario(id="random", plant=world.plant, orders=world.orders, rule=world.rule))


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(oddities())
def test_odd_names_times_and_hours_read_back_equal(scenario: Scenario) -> None:
    check_round_trip(scenario)


@on_every_floor(most=5)
def test_a_plant_from_a_workbook_lives_the_same_life(world: World) -> None:
    scenario = Scenario(id="random", plant=world.plant, orders=world.orders, rule=world.rule)
    found = again(scenario, "plant.xlsx")
    lives: list[list[Event]] = [[], []]
    for plant, facts in zip((world.plant, found.plant), lives, strict=True):
        run(World(plant, world.orders, world.seed, world.rule).floor(facts), world.policy, FAR)
    assert lives[0] == lives[1]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("truncated_normal(4 min, 1 min)", TruncatedNormal(4 * MINUTE, MINUTE)),
        ("truncated_normal(mean=4 min, sd=1 min, high=6 min)", TruncatedNormal(4 * MINUTE, MINUTE, high=6 * MINUTE)),
        ("empirical(4 min, 3 min, 4 min)", Empirical((4 * MINUTE, 3 * MINUTE, 4 * MINUTE))),
        ("Empirical(values=1 min; 2 min, weights=3; 0.5)", Empirical((MINUTE, 2 * MINUTE), (3, 0.5))),
        ("empirical(values=1 min; 2 min, interpolated=TRUE)", Empirical((MINUTE, 2 * MINUTE), interpolated=True)),
        ("trace(4 min, 3 min)", Trace((4 * MINUTE, 3 * MINUTE))),
        ("trace(values=4 min)", Trace((4 * MINUTE,))),
        ("geometric(1 min, 0.1)", Geometric(MINUTE, 0.1)),
    ],
)
def test_a_cell_may_hold_any_distribution(tmp_path: Path, cell: str, meant: Distribution) -> None:
    shop = read.scenario(excel(tmp_path / "shop.xlsx", changed("routings", 2, 4, cell)))
    assert shop.plant.routings["shaft"].operations[0].machines["lathe"] == meant
    check_round_trip(shop)


BAD: list[tuple[str, int, int, Cell, str]] = [
    (
        "machines",
        2,
        1,
        "truning",
        r"sheet machines, row 2, column work_center: no work center 'truning'; did you mean 'turning'",
    ),
    ("machines", 2, 2, "fast", r"sheet machines, row 2, column speed: .*not 'fast'"),
    ("machines", 2, 2, -1, r"sheet machines, row 2, column speed: .*greater than 0, not -1"),
    ("machines", 3, 0, "lathe", r"sheet machines, row 3: 'lathe' is there already, in row 2"),
    ("machines", 3, 0, None, r"sheet machines, row 3, column machine: the cell is empty"),
    ("work_centers", 2, 1, "late", r"sheet work_centers, row 2, column shifts: no shifts 'late'; .*there are early"),
    ("work_centers", 2, 2, "milling", r"row 2, column changeover: no changeover 'milling'.* there are turning"),
    (
        "routings",
        2,
        3,
        "saw",
        r"sheet routings, row 2, column machine: no machine or work center 'saw'; .*lathe, mill 1",
    ),
    ("routings", 2, 4, 4, r"sheet routings, row 2, column time: .*4 has no unit; wanted a number with a unit"),
    (
        "routings",
        2,
        4,
        "normal(4 min, 1)",
        r"row 2, column time: .*is no distribution; did you mean 'truncated_normal'",
    ),
    ("routings", 2, 4, "trace(4 min, 3)", r"row 2, column time: trace, value 2: 3.* has no unit"),
    ("routings", 2, 4, "empirical(values=1 s; 2 s, weights=1)", r"row 2, column time: .*as many weights as values, 2"),
    ("routings", 2, 1, "first", r"row 2, column step: 'first' is no whole number"),
    ("routings", 2, 5, "piece", r"row 2, column per: input should be 'order' or 'unit', not 'piece'"),
    ("routings", 5, 2, "back", r"row 5, column operation: step 10 of routing 'plate' is called 'face' in a row before"),
    ("products", 2, 0, "shat", r"sheet products, row 2, column routing: no routing 'shat'; did you mean 'shaft'"),
    ("failures", 2, 0, "mill", r"sheet failures, row 2, column machine: no machine 'mill'; did you mean 'mill [12]'"),
    ("failures", 2, 4, "always", r"sheet failures, row 2, column clock: input should be 'working' or 'open'"),
    ("failures", 2, 3, True, r"sheet failures, row 2, column time_to_repair: True is no time"),
    ("orders", 2, 1, "shat", r"sheet orders, row 2, column product: no product 'shat'; did you mean 'shaft'"),
    ("orders", 2, 2, 1.5, r"sheet orders, row 2, column quantity: .*not 1.5"),
    ("orders", 2, 3, "soon", r"sheet orders, row 2, column due: 'soon' .*or a date and time such as"),
    ("orders", 3, 0, "1001", r"sheet orders, row 3, column order: there is an order '1001' already"),
    ("shifts", 2, 1, "weekly", r"sheet shifts, row 2, column kind: no kind 'weekly'; did you mean 'week'"),
    ("shifts", 2, 3, None, r"sheet shifts, row 2, column hours: the cell is empty; wanted its hours, for kind 'week'"),
    ("shifts", 2, 2, "someday", r"sheet shifts, row 2, column days: no day 'someday'"),
    ("changeovers", 2, 1, "round", r"sheet changeovers, row 2, column after: the cell is empty"),
    ("changeovers", 2, 3, "-5 min", r"sheet changeovers, row 2, column time: '-5 min' is negative"),
]


@pytest.mark.parametrize(("table", "row", "column", "cell", "words"), BAD)
def test_a_bad_cell_is_named(tmp_path: Path, table: str, row: int, column: int, cell: Cell, words: str) -> None:
    path = excel(tmp_path / "shop.xlsx", changed(table, row, column, cell))
    with pytest.raises(InvalidPlant, match=words):
        read.scenario(path)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    sheets = changed("routings", 2, 3, "saw") | {"failures": changed("failures", 2, 0, "mill")["failures"]}
    with pytest.raises(InvalidPlant) as told:
        read.scenario(excel(tmp_path / "shop.xlsx", sheets))
    assert len(str(told.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        (SMALL | {"machnes": [["machine"]]}, r"sheet machnes: no table 'machnes'; did you mean 'machines'"),
        ({k: v for k, v in SMALL.items() if k != "routings"}, r"the table 'routings' is missing or empty"),
        (changed("machines", 1, 2, "sped"), r"sheet machines: no column 'sped'; did you mean 'speed'"),
        (changed("machines", 1, 1, "machine"), r"sheet machines, row 1: the column 'machine' is there twice"),
        (changed("machines", 1, 1, None), r"sheet machines, row 2: 'turning' stands under no column, in place 2"),
        (changed("orders", 1, 1, "due_date"), r"no column 'due_date'; there are order, product"),
        (
            SMALL | {"scenario": [["key", "value"], ["epok", 1]]},
            r"row 2, column key: no key 'epok'; did you mean 'epoch'",
        ),
        (SMALL | {"outages": [["machine", "start", "end"], ["lathe", "2 h", "1 h"]]}, r"sheet outages, row 2: the end"),
    ],
)
def test_a_bad_table_is_named(tmp_path: Path, sheets: dict[str, list[list[Cell]]], words: str) -> None:
    with pytest.raises(InvalidPlant, match=words):
        read.scenario(excel(tmp_path / "shop.xlsx", sheets))


def test_a_bad_cell_of_a_csv_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    write.scenario(read.scenario(excel(tmp_path / "shop.xlsx", SMALL)), folder)
    machines = folder / "machines.csv"
    machines.write_text(machines.read_text().replace("1.25", "quick"))
    with pytest.raises(InvalidPlant, match=r"machines\.csv, row 2, column speed: .*not 'quick'"):
        read.scenario(folder)


def test_what_excel_makes_of_dates_and_times_is_understood(tmp_path: Path) -> None:
    sheets = changed("changeovers", 2, 3, timedelta(minutes=90))
    sheets |= {"scenario": [["key", "value"], ["epoch", datetime.fromisoformat("2026-01-05T06:00")], ["title", 2026.0]]}
    sheets |= {"orders": [["order", "product", "release"], [7.0, "shaft", date(2026, 1, 6)]]}
    shop = read.scenario(excel(tmp_path / "shop.xlsx", sheets))
    assert shop.plant.changeovers["turning"].default == 90 * MINUTE
    assert (shop.title, shop.orders[0].id, shop.orders[0].release) == ("2026", "7", 18 * HOUR)
    half = changed("changeovers", 2, 3, time(0, 30))
    assert read.scenario(excel(tmp_path / "half.xlsx", half)).plant.changeovers["turning"].default == 30 * MINUTE


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    line = generate.flow_line(1)
    named = Scenario(id="=1+1", plant=_renamed(line.plant, "=1+1"), orders=line.orders, title="#N/A")
    write.scenario(named, tmp_path / "x.xlsx")
    assert load_workbook(tmp_path / "x.xlsx")["scenario"]["B2"].data_type == "s"
    assert read.scenario(tmp_path / "x.xlsx") == named


def _renamed(plant: Plant, name: str) -> Plant:
    parts = {key: getattr(plant, key) for key in ("work_centers", "machines", "buffers", "routings", "products")}
    return Plant(id=name, **parts)


def test_an_exported_plant_has_every_table_to_fill_in() -> None:
    found = tables(
        Scenario(
            id="line", plant=generate.flow_line(2).plant, orders=(), epoch=Epoch(datetime.fromisoformat("2026-01-05"))
        )
    )
    assert {name: rows[0] for name, rows in found.items()} == {name: tuple(c) for name, c in TABLES.items()}


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    with pytest.raises(InvalidPlant, match=r"x\.xlsx: not an Excel workbook"):
        read.scenario(tmp_path / "x.xlsx")


def test_a_folder_without_tables_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidPlant, match="there is no CSV file in it"):
        read.scenario(tmp_path)
    with pytest.raises(InvalidPlant, match="cannot be read: No such file"):
        read.scenario(tmp_path / "gone.xlsx")
    with pytest.raises(InvalidPlant, match=r"ends in \.yaml, \.yml, \.json, \.xlsx, or a folder of CSV files"):
        read.scenario(tmp_path / "plant.ods")


def test_what_no_table_can_say_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidPlant, match="no table can say"):
        write.scenario(
            Scenario(id="x", plant=generate.flow_line(1).plant, orders=(), title=" blank "), tmp_path / "x.xlsx"
        )
    assert not list(tmp_path.iterdir())


def test_all_that_is_wrong_is_told_at_once_and_nothing_that_only_follows_from_it(tmp_path: Path) -> None:
    """A wrong center, a wrong product and a wrong number, each in a table of its own."""
    path = tmp_path / "shop.xlsx"
    write.scenario(read.scenario("machine-shop"), path)
    book = load_workbook(path)
    machines, orders = book["machines"], book["orders"]
    machines.cell(2, 2).value = "nowhere"
    orders.cell(2, 2).value = "shaft-31"
    orders.cell(3, 3).value = "many"
    book.save(path)
    with pytest.raises(InvalidPlant) as refused:
        read.scenario(path)
    told = str(refused.value).splitlines()
    assert len(told) == 3, told
    assert "sheet machines, row 2, column work_center: no work center 'nowhere'" in told[0]
    assert "sheet orders, row 2, column product: no product 'shaft-31'; did you mean 'shaft-30'" in told[1]
    assert "sheet orders, row 3, column quantity" in told[2]


def test_shifts_keep_their_names_in_every_form(tmp_path: Path) -> None:
    shop = read.scenario("machine-shop")
    for name in ("shop.yaml", "shop.xlsx", "tables"):
        write.scenario(shop, tmp_path / name)
        again = read.scenario(tmp_path / name)
        assert again.plant == shop.plant
        assert [shift.name for shift in again.plant.shifts["two-shifts"].named] == ["early", "late"]
