"""The public formats of job shops and flexible job shops."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plant_models import InvalidPlant, Scenario, read
from plant_models.shifts import MINUTE
from twin.chance import Certain
from twin.floor import run
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import opening

FT06 = """\
# Fisher and Thompson 6x6
6 6
 2  1  0  3  1  6  3  7  5  3  4  6
 1  8  2  5  4 10  5 10  0 10  3  4
 2  5  3  4  5  8  0  9  1  1  4  7
 1  5  0  5  2  5  3  3  4  8  5  9
 2  9  1  3  4  5  5  4  0  3  3  1
 1  3  3  3  5  9  0 10  4  4  2  1
"""
FJS = """\
2 3 1.5
2 1 1 5 2 2 3 3 4
1 3 1 2 2 3 3 4
"""
PUBLIC = Path(__file__).parents[2].parent / "shared" / "data" / "fjsp"


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "instance.txt"
    path.write_text(content)
    return path


def makespan(scenario: Scenario) -> float:
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Certain())
    run(floor, fifo, 1 << 40)
    assert floor.state.unfinished == 0
    return max(order.finished_at or 0 for order in floor.state.orders.values()) / MINUTE


def test_ft06_has_its_machines_its_ways_and_its_times(tmp_path):
    ft06 = read.job_shop(written(tmp_path, FT06))
    assert list(ft06.plant.machines) == ["m0", "m1", "m2", "m3", "m4", "m5"]
    first = ft06.plant.routings["j1"].operations
    assert [next(iter(step.machines)) for step in first] == ["m2", "m0", "m1", "m3", "m5", "m4"]
    assert [ft06.plant.expected_work(ft06.orders[0], n, m) / MINUTE for n, m in enumerate(["m2", "m0", "m1"])] == [
        1,
        3,
        6,
    ]
    assert makespan(ft06) >= 55


def test_a_unit_of_time_is_what_one_says_it_is(tmp_path):
    path = written(tmp_path, FT06)
    assert makespan(read.job_shop(path, unit=1000)) * 60 == makespan(read.job_shop(path))


def test_machines_of_a_job_shop_may_be_numbered_from_one(tmp_path):
    plant = read.job_shop(written(tmp_path, "1 2\n1 5 2 6\n")).plant
    assert list(plant.machines) == ["m1", "m2"]


def test_a_flexible_job_shop_waits_in_one_buffer_for_all_its_machines(tmp_path):
    shop = read.flexible_job_shop(written(tmp_path, FJS))
    assert list(shop.plant.machines) == ["m1", "m2", "m3"]
    assert list(shop.plant.buffers) == ["shop"]
    second = shop.plant.routings["j1"].operations[1]
    assert {m: t.mean / MINUTE for m, t in second.machines.items()} == {"m2": 3.0, "m3": 4.0}
    assert makespan(shop) > 0


def test_machines_of_a_flexible_job_shop_may_be_numbered_from_zero(tmp_path):
    shop = read.flexible_job_shop(written(tmp_path, "1 2\n1 2 0 4 1 5\n"))
    assert list(shop.plant.machines) == ["m0", "m1"]


@pytest.mark.parametrize("remark", ["# by hand\n", "\n\n", "  # indented\n"])
def test_remarks_and_empty_lines_say_nothing(tmp_path, remark):
    assert len(read.flexible_job_shop(written(tmp_path, remark + FJS + remark)).orders) == 2


@pytest.mark.parametrize(
    ("read_it", "content", "line", "said"),
    [
        (read.job_shop, "", 0, "the file ends here; wanted a line with the numbers of jobs and machines"),
        (read.job_shop, "6\n", 1, "wanted the numbers of jobs and machines, such as '6 6', found '6'"),
        (read.job_shop, "a b\n", 1, "number of jobs: wanted a whole number"),
        (read.job_shop, "0 3\n", 1, "number of jobs: wanted a whole number from 1"),
        (read.job_shop, "999999999 3\n", 1, "number of jobs"),
        (read.job_shop, "2 2\n0 1 1 2\n", 2, "the file ends here; wanted job 2 of 2"),
        (read.job_shop, "1 2\n0 1 1\n", 2, "job 1: wanted 2 pairs of machine and time, found 3 numbers"),
        (read.job_shop, "1 2\n0 1 3 2\n", 2, "no machine '3'; there are 2"),
        (read.job_shop, "2 2\n0 1 1 2\n0 1 2 2\n", 3, "no machine 2; there are 2, numbered from 0 (see line 2)"),
        (read.job_shop, "1 2\n0 -1 1 2\n", 2, "wanted a time of zero or more, found '-1'"),
        (read.job_shop, "1 2\n0 nan 1 2\n", 2, "found 'nan'"),
        (read.job_shop, "1 2\n0 1 1 2\n7\n", 3, "wanted the end of the file"),
        (read.flexible_job_shop, "1 3\n2 1 1 5 2\n", 2, "the line ends in the middle of an operation"),
        (read.flexible_job_shop, "1 3\n1 1 1 5 9\n", 2, "1 numbers are left over after its 1 operations"),
        (read.flexible_job_shop, "1 3\n0\n", 2, "number of operations"),
        (read.flexible_job_shop, "1 3\n1 0\n", 2, "number of machines for an operation"),
        (read.flexible_job_shop, "1 3\n1 2 1 5 1 6\n", 2, "machine 1 is there twice for one operation"),
        (read.flexible_job_shop, "1 3\n1 1 x 5\n", 2, "no machine 'x'"),
    ],
)
def test_a_malformed_file_is_told_with_its_line(tmp_path, read_it, content, line, said):
    path = written(tmp_path, content)
    with pytest.raises(InvalidPlant) as caught:
        read_it(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert said in str(caught.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("0123456789 \n-.#ax", max_size=60))
def test_no_text_raises_anything_else(tmp_path, content):
    path = written(tmp_path, content)
    for read_it in (read.job_shop, read.flexible_job_shop):
        try:
            read_it(path)
        except InvalidPlant as error:
            message = str(error)
        else:
            continue
        assert message.startswith(str(path))


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public instances are not in {PUBLIC}")
def test_every_public_flexible_job_shop_is_read():
    paths = [path for path in sorted(PUBLIC.rglob("*.txt")) if "LICENSE" not in path.name]
    assert len(paths) == 48
    for path in paths:
        shop = read.flexible_job_shop(path)
        jobs, machines = path.read_text().split()[:2]
        assert (len(shop.orders), len(shop.plant.machines)) == (int(jobs), int(machines))


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public instances are not in {PUBLIC}")
def test_brandimartes_first_shop_is_as_published():
    mk01 = read.flexible_job_shop(PUBLIC / "brandimarte" / "mk01.txt")
    assert sum(len(routing.operations) for routing in mk01.plant.routings.values()) == 55
    assert makespan(mk01) >= 39
