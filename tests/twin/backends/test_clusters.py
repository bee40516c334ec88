"""On a cluster, started here for the tests, everything comes out as it does in this process."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import twin
from plant_models import Exponential, generate, read
from tests.twin.backends import work
from twin import backends

TASKS = list(range(9))
STUDY = """
study: paces
factors:
  pace: {change: speed, machine: m3, factor: {from: 1, to: 2}}
responses: [makespan_h]
runs: 2
method: {search: {trials: 9, at_once: 4}}
"""


def needs(name: str, library: str):
    is_missing = find_spec(library) is None
    return pytest.param(name, marks=pytest.mark.skipif(is_missing, reason=f"{library} is not installed, extra cluster"))


@pytest.fixture(scope="module", params=[needs("dask", "distributed"), needs("ray", "ray")])
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    """A cluster of two workers that is up for the whole module: its name, a mark, and what spreads tasks."""
    mark: Path = tmp_path_factory.mktemp("cluster") / "mark"
    with backends.opened(work.killed_once, mark, workers=2, on=request.param) as spreading:
        yield request.param, mark, spreading


def test_a_killed_worker_is_replaced_and_its_task_done_again(cluster: tuple[str, Path, Callable]) -> None:
    _, mark, spreading = cluster
    assert sorted(spreading(TASKS)) == [task * task for task in TASKS]
    assert mark.exists()


def test_where_every_worker_is_killed_the_next_ones_do_it_all(
    cluster: tuple[str, Path, Callable], tmp_path: Path
) -> None:
    results = backends.spread(work.all_killed_once, tmp_path, TASKS, workers=2, on=cluster[0])
    assert sorted(results) == [task * task for task in TASKS]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_goes_wrong_there_comes_out_as_it_is(cluster: tuple[str, Path, Callable]) -> None:
    with pytest.raises(ValueError, match="two is not wanted"):
        list(backends.spread(work.refused, None, TASKS, workers=2, on=cluster[0]))


def test_a_rehearsal_there_is_that_of_this_process(cluster: tuple[str, Path, Callable]) -> None:
    shop = read.scenario("machine-shop")
    state = twin.opening(shop.plant, shop.orders)

    def rehearsed(**where) -> twin.Rehearsal:
        return twin.rehearse(shop.plant, state, twin.rule("atc"), runs=4, seed=3, **where)

    far, here = rehearsed(workers=2, backend=cluster[0]), rehearsed(workers=1)
    assert far.digest == here.digest
    assert far.to_frame().equals(here.to_frame())
    assert far.orders_frame().equals(here.orders_frame())


def test_a_study_there_has_the_digest_of_one_on_this_computer(
    cluster: tuple[str, Path, Callable], tmp_path: Path
) -> None:
    line = generate.flow_line(3, buffers=1, work=Exponential(60_000), orders=8)
    opening = twin.opening(line.plant, line.orders)
    file = tmp_path / "study.yaml"
    file.write_text(STUDY, encoding="utf-8")
    asked = twin.studying.read(file)

    def found(backend: str, workers: int) -> twin.studying.Findings:
        return twin.studying.conduct(asked, line, opening, workers=workers, backend=backend)

    far, here, alone = found(cluster[0], 2), found("loky", 2), found("loky", 1)
    assert far.digest == here.digest == alone.digest
    assert far.played == here.played == alone.played == 20
    assert far.designs.equals(alone.designs)
    assert far.tables["best"].equals(alone.tables["best"])
