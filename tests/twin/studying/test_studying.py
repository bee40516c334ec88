"""Studies: what they play is what a rehearsal of the changed plant would have been, once, wherever it is played."""

import json
from importlib import resources
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
import yaml

import twin
from plant_models import Exponential, generate
from plant_models.documents import parsed
from plant_models.errors import InvalidPlant
from twin import changes, studying
from twin.policies.rules import RULES
from twin.studying import Findings, file_schema, keeping
from twin.studying.factors import factor
from twin.studying.searching import undominated

LINE = generate.flow_line(3, buffers=2, work=Exponential(60_000), orders=12)
OPENING = twin.opening(LINE.plant, LINE.orders)
VALIDATOR = jsonschema.Draft202012Validator(file_schema())
FACTORS = {
    "room": {"change": "buffer-size", "buffer": "m2", "capacity": [1, 4], "cost": 3},
    "pace": {"change": "speed", "machine": "m3", "factor": [1.0, 2.0, 1.5], "cost": [0, 50, 20]},
}


def study(tmp_path: Path, **said) -> studying.Study:
    """A study of the line, read from a file as people write it."""
    content = {
        "study": "line",
        "factors": FACTORS,
        "responses": ["makespan_h", "lead_time_mean_h"],
        "runs": 4,
        "method": "factorial",
        **said,
    }
    VALIDATOR.validate(content)
    file = tmp_path / "line.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return studying.read(file, LINE.epoch)


def conducted(asked: studying.Study, folder: Path | None = None, **where) -> Findings:
    return studying.conduct(asked, LINE, OPENING, folder=folder, **({"workers": 1} | where))


# -- what is played ---------------------------------------------------------------------------------------------------


def test_every_design_is_the_rehearsal_of_the_changed_plant(tmp_path: Path) -> None:
    found = conducted(study(tmp_path, rule="spt", seed=7))
    assert found.designs[["room", "pace"]].values.tolist() == [[r, p] for r in (1, 4) for p in (1.0, 2.0, 1.5)]
    assert found.designs["cost"].tolist() == [3, 53, 23, 12, 62, 32]
    for row in found.designs.to_dict("records"):
        edits = [changes.BufferSize("m2", row["room"]), changes.Speed("m3", row["pace"])]
        other, state = changes.live(LINE, OPENING, edits)
        rehearsed = twin.rehearse(other.plant, state, RULES["spt"], runs=4, seed=7, workers=1)
        for response in found.responses:
            assert row[response] == rehearsed.mean(response).value
            assert row[f"{response}_low"] == rehearsed.mean(response).low


def test_the_effect_of_a_level_is_that_of_runs_that_met_the_same_luck(tmp_path: Path) -> None:
    found = conducted(study(tmp_path, runs=20), tmp_path / "out")
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    by_run = runs.groupby(["pace", "run"])["makespan_h"].mean().unstack("pace")
    effects = found.tables["effects"].query("response == 'makespan_h' and factor == 'pace'")
    assert effects["level"].tolist() == ["1.0", "2.0", "1.5"]
    wanted = [(by_run[pace] - by_run[1.0]).mean() for pace in (1.0, 2.0, 1.5)]
    assert effects["change"].tolist() == pytest.approx(wanted)
    assert effects["verdict"].tolist()[1] == "better"
    assert found.words[0].startswith("makespan_h is lowest with room ")


def test_changes_and_a_span_of_all_designs_are_those_of_the_file(tmp_path: Path) -> None:
    asked = study(
        tmp_path,
        changes=[{"change": "speed", "machine": "m1", "factor": 2}],
        method={"designs": [{"room": 4, "pace": 1.0}]},
        until="8 min",
        warm_up="1 min",
    )
    other, state = changes.live(
        LINE, OPENING, [changes.Speed("m1", 2.0), changes.BufferSize("m2", 4), changes.Speed("m3", 1.0)]
    )
    rehearsed = twin.rehearse(
        other.plant, state, RULES[LINE.rule], runs=4, seed=1, workers=1, until=480_000, warm_up=60_000
    )
    assert conducted(asked).designs["lead_time_mean_h"].tolist() == [rehearsed.mean("lead_time_mean_h").value]


@pytest.mark.parametrize("method", ["factorial", {"search": {"trials": 6, "at_once": 3}}])
def test_nothing_depends_on_the_workers(tmp_path: Path, method: object) -> None:
    asked = study(tmp_path, method=method)
    one, two = conducted(asked), conducted(asked, workers=2)
    assert one.digest == two.digest
    assert one.designs.equals(two.designs)
    assert [frame.to_json() for frame in one.tables.values()] == [frame.to_json() for frame in two.tables.values()]


def test_room_for_any_number_is_a_level_like_another(tmp_path: Path) -> None:
    room = {"change": "buffer-size", "buffer": "m2", "capacity": [1, None]}
    conducted(study(tmp_path, factors={"room": room}, method={"designs": [{"room": None}, {"room": 1}]}), tmp_path)
    runs = pd.read_parquet(tmp_path / "runs.parquet")
    assert runs["room"].unique().tolist() == ["none", "1"]


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_what_was_played_is_not_played_again_and_what_follows_from_something_else_is(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = conducted(study(tmp_path), out)
    assert (first.runs, first.played) == (24, 24)
    again = conducted(study(tmp_path), out)
    assert (again.runs, again.played, again.digest) == (24, 0, first.digest)
    more = conducted(study(tmp_path, runs=6), out)
    assert (more.runs, more.played) == (36, 12)
    assert more.digest == conducted(study(tmp_path, runs=6)).digest
    for other in ({"seed": 2}, {"rule": "spt"}, {"until": "5 min"}, {"warm_up": "1 min"}):
        assert conducted(study(tmp_path, **other), out).played == 24
    quicker = changes.apply(LINE, [changes.Speed("m1", 3.0)])
    found = studying.conduct(
        study(tmp_path), quicker, twin.opening(quicker.plant, quicker.orders), folder=out, workers=1
    )
    assert found.played == 24
    assert conducted(study(tmp_path), out).digest == first.digest


def test_a_study_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    asked, out = study(tmp_path), tmp_path / "out"

    def stop(done: int, total: int, words: str = "") -> None:
        assert total == 24
        if done >= 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        conducted(asked, out, tell=stop)
    rest = conducted(asked, out)
    assert 0 < rest.played <= 15
    assert rest.digest == conducted(asked).digest
    runs = pd.read_parquet(out / "runs.parquet")
    assert len(runs) == 24 == len(runs.drop_duplicates(["design", "run"]))


def test_how_much_there_is_to_play_is_said_before_the_first_result(tmp_path: Path) -> None:
    heard: list[tuple[int, int, str]] = []

    def hear(done: int, total: int, words: str = "") -> None:
        heard.append((done, total, words))

    conducted(study(tmp_path), tell=hear)
    assert heard[0] == (0, 24, "runs: 0 of 24")
    assert [done for done, _, _ in heard] == sorted({done for done, _, _ in heard})
    assert heard[-1][:2] == (24, 24)


def test_many_small_files_become_one_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(keeping, "EVERY", 0.0)
    first = conducted(study(tmp_path), out)
    files = len(list((out / "parts").iterdir()))
    assert files > 3
    monkeypatch.setattr(keeping, "MANY", files)
    again = conducted(study(tmp_path), out)
    assert len(list((out / "parts").iterdir())) == 1
    assert (again.played, again.digest) == (0, first.digest)


def test_a_file_that_no_study_wrote_is_named(tmp_path: Path) -> None:
    parts = tmp_path / "out" / "parts"
    parts.mkdir(parents=True)
    (parts / "x.parquet").write_bytes(b"PAR1 and then the power was cut")
    with pytest.raises(InvalidPlant, match=r"x\.parquet: not what a study wrote .* delete it, and its runs"):
        conducted(study(tmp_path), tmp_path / "out")


# -- methods ----------------------------------------------------------------------------------------------------------

LEVERS = {
    "pace": {"change": "speed", "machine": "m3", "factor": {"from": 1.0, "to": 2.0}},
    "yard": {"change": "buffer-size", "buffer": "m1", "capacity": {"from": 100, "to": 200}},
}
"""The second has no effect: nobody ever waits for room before the first machine."""


def test_screening_tells_a_lever_from_what_does_nothing(tmp_path: Path) -> None:
    found = conducted(study(tmp_path, factors=LEVERS, runs=2, method={"morris": {"trajectories": 4}}))
    rows = found.tables["morris"].query("response == 'makespan_h'").set_index("factor")
    assert rows.loc["yard", ["mu", "mu_star", "sigma"]].tolist() == [0, 0, 0]
    assert rows.loc["pace", "mu"] == -rows.loc["pace", "mu_star"] < 0
    assert found.words[0].startswith("makespan_h: pace (")
    assert found.words[0].endswith("not told from nothing: yard")


def test_shares_of_the_variance_go_to_what_varies(tmp_path: Path) -> None:
    found = conducted(study(tmp_path, factors=LEVERS, runs=1, method={"sobol": {"samples": 16}}))
    rows = found.tables["sobol"].query("response == 'makespan_h'").set_index("factor")
    assert rows.loc["yard", "ST"] == 0
    assert rows.loc["pace", "ST"] == pytest.approx(1, abs=0.35)
    assert "with 16 samples shares are known to ±" in found.words[0]


def test_a_search_finds_the_best_and_shows_it_in_runs_that_it_was_not_chosen_by(tmp_path: Path) -> None:
    method = {"search": {"trials": 12, "objectives": ["makespan_h"], "confirm": 5}}
    found = conducted(study(tmp_path, factors=LEVERS, method=method), tmp_path / "out")
    best = found.tables["best"].iloc[0]
    assert best["pace"] > 1.6
    edits = [changes.Speed("m3", best["pace"]), changes.BufferSize("m1", int(best["yard"]))]
    other, state = changes.live(LINE, OPENING, edits)
    fresh = twin.rehearse(other.plant, state, RULES[LINE.rule], runs=5, first=4, seed=1, workers=1)
    assert best["makespan_h"] == fresh.mean("makespan_h").value
    assert "in 5 new runs" in found.words[0]


def test_a_search_with_two_objectives_gives_the_designs_that_none_outdoes(tmp_path: Path) -> None:
    method = {"search": {"trials": 10, "objectives": ["makespan_h", "cost"], "confirm": 0}}
    found = conducted(study(tmp_path, method=method))
    front, all_ = found.tables["front"], found.designs
    assert front["stays"].all()
    for row in front.itertuples():
        better = all_[(all_["makespan_h"] <= row.makespan_h) & (all_["cost"] <= row.cost)]
        assert (better[["makespan_h", "cost"]] == [row.makespan_h, row.cost]).all(axis=None)


def test_the_best_design_is_named_with_its_own_value(tmp_path: Path) -> None:
    factors = {"pace": {"change": "speed", "machine": "m3", "factor": [1.0, 1.05, 1.1, 1.15, 1.2]}}
    method = {"search": {"trials": 20, "confirm": 20}}
    found = conducted(
        study(tmp_path, factors=factors, responses=["finished_orders"], runs=1, until="9 min", method=method)
    )
    table = found.tables["best"]
    best = table.iloc[0]
    assert len(table) > 1, "several designs were equally good in the runs that they were chosen by"
    assert best["finished_orders"] == table["finished_orders"].max()
    assert f"pace {best['pace']:g}, finished_orders {best['finished_orders']:.4g}" in found.words[0]


def test_what_is_undominated_by_hand() -> None:
    values = np.array([[1, 5], [2, 2], [3, 3], [2, 2], [5, 1], [1, 6]], dtype=float)
    assert undominated(values) == [0, 1, 3, 4]


@pytest.mark.parametrize("procedure", ["kn", "nelson-matejcik", "rinott", "ocba"])
def test_the_best_is_chosen_by_every_procedure(tmp_path: Path, procedure: str) -> None:
    select = {"procedure": procedure, "indifference": 0.05, "first_runs": 5, "most_runs": 30, "batch": 2, "budget": 30}
    factors = {"pace": {"change": "speed", "machine": "m3", "factor": [1.0, 3.0]}}
    found = conducted(study(tmp_path, factors=factors, method={"select": select}), tmp_path / "out")
    chosen = found.tables["selection"]
    assert chosen["pace"].tolist() == [3.0, 1.0]
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    assert runs.groupby("design").size().tolist() == (2 * chosen["values"]).tolist()
    first = runs[runs["run"] == 0].set_index("design")
    rehearsed = twin.rehearse(LINE.plant, OPENING, RULES[LINE.rule], runs=1, workers=1).figures["makespan_h"][0]
    has_the_same_luck = first.loc[2, "makespan_h"] == rehearsed
    assert has_the_same_luck == (procedure != "rinott")


def test_what_was_played_ahead_is_no_part_of_what_a_choice_rests_on(tmp_path: Path) -> None:
    factors = {"pace": {"change": "speed", "machine": "m3", "factor": [1.0, 1.02]}}
    select = {"indifference": 0.002, "first_runs": 4}
    asked, out = study(tmp_path, factors=factors, method={"select": select}), tmp_path / "out"
    found = conducted(asked, out)
    assert found.runs == found.played == found.designs["runs"].sum() == found.tables["selection"]["values"].sum()
    assert found.ahead > 0
    rows = sum(len(pd.read_parquet(file)) for file in (out / "parts").glob("*.parquet"))
    assert rows == found.runs + found.ahead
    again = conducted(asked, out)
    assert (again.runs, again.played, again.ahead, again.digest) == (found.runs, 0, found.ahead, found.digest)


# -- files ------------------------------------------------------------------------------------------------------------


def test_a_range_has_its_levels_where_it_is_asked_for_them() -> None:
    whole = factor("room", {"change": "buffer-size", "buffer": "m2", "capacity": {"from": 1, "to": 4}, "cost": 10})
    assert [(level.label, level.cost) for level in whole.choices] == [(1, 10), (2, 20), (3, 30), (4, 40)]
    assert [whole.at(share).label for share in (0, 0.3, 0.99, 1)] == [1, 2, 4, 4]
    pace = factor("pace", {"change": "speed", "machine": "m3", "factor": {"from": 1, "to": 2, "points": 3}})
    assert [level.label for level in pace.choices] == [1.0, 1.5, 2.0]
    end = {"from": "2 h", "to": "4 h"}
    late = factor("end", {"change": "machine-down", "machine": "m3", "start": "1 h", "end": end, "cost": 2})
    assert late.at(0.5) == ("3 h", (changes.MachineDown("m3", 3_600_000, 10_800_000),), 6.0)
    bundle = factor("plan", {"options": {"as it is": [], "both": [{"change": "speed", "machine": "m1", "factor": 2}]}})
    assert [level.changes for level in bundle.choices] == [(), (changes.Speed("m1", 2.0),)]
    listed = factor("rule", {"change": "other-rule", "rule": ["fifo", "spt", "edd"]})
    assert [listed.at(share).label for share in (0, 0.4, 1)] == ["fifo", "spt", "edd"]


FAST, SLOW = {"room": 1, "pace": 2.0}, {"room": 1, "pace": 1.0}
BAD: list[tuple[dict[str, object], str]] = [
    ({"method": "moris"}, "no key 'moris'; did you mean 'morris'?"),
    ({"method": {"morris": {}, "sobol": {}}}, "exactly one method, not morris, sobol"),
    ({"method": {"sobol": {"samples": 12}}}, "12 is no power of 2; try 16"),
    ({"method": {"select": {}}}, "kn needs an indifference: the difference in makespan_h that matters"),
    ({"method": {"select": {"procedure": "ocba"}}}, "ocba needs a budget"),
    ({"method": {"select": {"by": "oee", "indifference": 1}}}, "no response 'oee'; there are makespan_h"),
    ({"method": {"search": {"objectives": ["costs"]}}}, "no response 'costs'; did you mean 'cost'?"),
    ({"method": {"designs": [{"room": 1}]}}, "method.designs.0: no level for pace"),
    ({"method": {"designs": [{"room": 3, "pace": 1.0}]}}, "no level of room '3'; there are 1, 4"),
    ({"responses": ["makespan"]}, "no figure 'makespan'; did you mean 'makespan_h'?"),
    ({"rule": "sp"}, "no dispatching rule 'sp'; did you mean 'spt'?"),
    ({"runs": 0}, "runs: input should be greater than or equal to 1, not 0"),
    ({"factors": {"a": {"change": "spede"}}}, "factors.a: no change 'spede'; did you mean 'speed'?"),
    ({"factors": {"a": {"change": "speed", "machine": "m1", "factor": 2}}}, "one value has to be open"),
    ({"factors": {"a": {"change": "speed", "machine": "m1", "factor": ["fast"]}}}, "factor: 'fast' is no number"),
    ({"factors": LEVERS | {"c": {"change": "speed", "machine": "m1", "factor": [1, 1]}}}, "each once, not 1, 1"),
    ({"factors": LEVERS}, "factors.pace: a range has no levels; say how many"),
    ({"method": {"select": {"indifference": 1, "designs": []}}}, "two designs or more to choose from, not none"),
    ({"method": {"select": {"indifference": 1, "designs": [FAST]}}}, "two designs or more to choose from, not 1"),
    ({"method": {"select": {"indifference": 1, "designs": [FAST, SLOW], "confidence": 0.3}}}, "wanted more than 0.5"),
    ({"method": {"select": {"procedure": "ocba", "budget": 59}}}, "wanted 60 or more, or fewer first_runs"),
    ({"method": {"select": {"indifference": 1, "designs": [FAST, SLOW, FAST]}}}, "there already, as design 1"),
    ({"method": {"designs": [SLOW, FAST, FAST]}}, "method.designs.2: room 1, pace 2 is there already, as design 2"),
    ({"factors": {"a": {"options": {"x": []}, "change": "speed"}}}, "options stand alone"),
    ({"factors": {"a": {"change": "other-rule", "rule": ["spt"], "cost": 2}}}, "'spt' is no number to multiply"),
]


BAD += [
    ({"factors": {name: FACTORS["room"]}}, f"factors.{name}: the tables have a column {name!r} already")
    for name in ("quality", "oee_low", "makespan_h_high", "cost", "run", "runs", "design", "mean", "values", "stays")
]


@pytest.mark.parametrize(("said", "message"), BAD, ids=[message for _, message in BAD])
def test_a_bad_file_is_told_what_would_have_been_right(tmp_path: Path, said: dict, message: str) -> None:
    content = {"study": "x", "factors": FACTORS, "responses": ["makespan_h"], "method": "factorial", **said}
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InvalidPlant) as caught:
        studying.read(file)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(file))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"factors": {"a": {"change": "speed", "machine": "m9", "factor": [1, 2]}}},
            r"line\.yaml:3: factors\.a: level 1: no machine 'm9'",
        ),
        ({"changes": [{"change": "speed", "machine": "m9", "factor": 2}]}, r"line\.yaml:26: changes: no machine 'm9'"),
        ({"until": "1 min", "warm_up": "2 min"}, r"warm_up: that is as long as the runs or longer"),
        ({"responses": ["energy_kwh"]}, r"responses: this plant has no figure 'energy_kwh'.* there are makespan_h"),
    ],
)
def test_what_the_plant_does_not_have_is_told_before_anything_is_played(
    tmp_path: Path, said: dict, message: str
) -> None:
    with pytest.raises(InvalidPlant, match=message):
        conducted(study(tmp_path, **said), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_not_known_in_a_run_cannot_be_chosen_by(tmp_path: Path) -> None:
    select = {"by": "lead_time_mean_h", "indifference": 0.1, "first_runs": 2}
    asked = study(tmp_path, until="1 min", method={"select": select})
    with pytest.raises(InvalidPlant, match=r"lead_time_mean_h is not known in run \d of room 1, pace 1, .*choose by"):
        conducted(asked)


def test_the_shipped_schema_is_the_one_that_files_are_read_by() -> None:
    jsonschema.Draft202012Validator.check_schema(file_schema())
    shipped = (resources.files("scenarios") / "study.schema.json").read_text(encoding="utf-8")
    assert json.loads(shipped) == file_schema(), "foreshift schema --of study --out scenarios/study.schema.json"


@pytest.mark.parametrize("name", studying.names())
def test_shipped_studies_keep_to_it_and_can_be_read(name: str) -> None:
    path = studying.path_of(name)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../study.schema.json\n")
    VALIDATOR.validate(parsed(text, name, is_json=False).content)
    assert studying.read(path).factors
    assert studying.scenario_of(path) == "machine-shop"


def test_a_scenario_beside_the_study_is_found_and_an_unknown_study_names_those_that_are_shipped(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("scenario: plant.yaml\n", encoding="utf-8")
    assert studying.scenario_of(tmp_path / "mine.yaml") == "plant.yaml"
    (tmp_path / "plant.yaml").touch()
    assert studying.scenario_of(tmp_path / "mine.yaml") == str(tmp_path / "plant.yaml")
    with pytest.raises(InvalidPlant, match="did you mean 'machine-shop-rule'"):
        studying.path_of("machine-shop-rules")
