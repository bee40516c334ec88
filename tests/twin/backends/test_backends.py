"""Wherever runs are played the results are the same, and a worker that is lost costs time and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from plant_models.errors import InvalidPlant
from tests.twin.backends import work
from twin import backends

ROOT = Path(__file__).parents[3]
TASKS = list(range(9))
SQUARES = [task * task for task in TASKS]


def test_a_killed_process_is_replaced(tmp_path: Path) -> None:
    assert sorted(backends.spread(work.killed_once, tmp_path / "mark", TASKS, workers=2)) == SQUARES
    assert (tmp_path / "mark").exists()


def test_where_processes_are_killed_again_and_again_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.backends.processes.LOSSES", 1)
    with pytest.raises(
        ChildProcessError, match=r"lost 2 times, the last time with 2 of them: killed, or out of memory"
    ):
        list(backends.spread(work.always_killed, None, TASKS, workers=2))


def test_what_goes_wrong_in_a_process_comes_out_as_it_is() -> None:
    for workers in (1, 2):
        with pytest.raises(ValueError, match="two is not wanted"):
            list(backends.spread(work.refused, None, TASKS, workers=workers))


def test_one_may_stop_in_the_middle() -> None:
    results = backends.spread(work.squared, None, list(range(100)), workers=2)
    assert next(results) in {n * n for n in range(100)}
    results.close()


def test_a_backend_is_named_with_its_address() -> None:
    assert backends.backend("ray=auto") == ("ray", "auto")
    assert str(backends.backend("dask=tcp://10.0.0.5:8786")) == "dask=tcp://10.0.0.5:8786"
    with pytest.raises(InvalidPlant, match=r"no backend 'dusk'; did you mean 'dask'\? there are loky, dask, ray"):
        backends.backend("dusk")
    with pytest.raises(InvalidPlant, match="has no address, not 'here'"):
        backends.backend("loky=here")


@pytest.mark.parametrize(
    ("library", "on", "message"),
    [
        ("distributed", "dask=foo", r"dask=foo: missing port.*; wanted an address such as tcp://10\.0\.0\.5:8786"),
        ("distributed", "dask=bar://x:1", r"dask=bar://x:1: unknown address scheme 'bar'"),
        ("ray", "ray=foo", r"ray=foo: .*; wanted an address such as 10\.0\.0\.5:6379, or auto"),
    ],
)
def test_what_is_no_address_of_a_cluster_is_told_what_would_be_one(library: str, on: str, message: str) -> None:
    pytest.importorskip(library)
    with pytest.raises(InvalidPlant, match=message), backends.opened(work.squared, None, on=on):
        pass


def test_clusters_are_loaded_only_when_asked_for() -> None:
    script = "import sys, twin; twin.rehearse; print(*({'dask', 'distributed', 'ray'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
