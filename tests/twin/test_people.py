"""People: who comes to which machine, who has to wait for them, and what happens when they go home. By hand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import pytest

from plant_models.distributions import Constant
from plant_models.errors import InvalidPlant
from plant_models.events import CrewLeft, Engaged, Event, Finished, RepairStarted, SetupStarted, Started
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plan import Plan, Slot
from plant_models.plant import Batch, Buffer, Changeover, Crew, Failure, Machine, Plant, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, MINUTE, Shifts
from twin import changes
from twin.chance import Certain, Chance
from twin.decisions import Policy
from twin.floor import run
from twin.kpi import measure
from twin.lateness import order_times
from twin.policies.follow import FollowPlan
from twin.policies.rules import fifo
from twin.resources_use import resource_use
from twin.simulated import SimulatedFloor
from twin.state import opening, status

EARLY = Shifts(id="early", windows=((0, HOUR),), period=4 * HOUR)
LATE = Shifts(id="late", windows=((HOUR, 2 * HOUR),), period=4 * HOUR)
THEIR = Crew(id="operators")


def plant(
    *crews: Crew,
    machines: int = 2,
    work: int = 10,
    setup: int = 0,
    setup_crew: str | None = None,
    crew: str | None = "operators",
    hours: Shifts | None = None,
    at_shift_end: Literal["pause", "finish", "refuse"] = "pause",
    failure: Failure | None = None,
) -> Plant:
    """Machines side by side behind one queue; two products, between which they are changed over."""
    names = [f"m{n}" for n in range(machines)]
    step = Operation(id="s", machines=dict.fromkeys(names, Constant(work * MINUTE)), crew=crew)
    shifts = {s.id: s for s in (EARLY, LATE, *((hours,) if hours else ()))}
    return Plant(
        id="floor",
        work_centers={
            "c": WorkCenter(
                id="c",
                buffer="b",
                shifts=hours.id if hours else None,
                at_shift_end=at_shift_end,
                changeover="x" if setup else None,
                setup_crew=setup_crew,
            )
        },
        machines={
            name: Machine(id=name, work_center="c", set_up_for="old", failures=(failure,) if failure else ())
            for name in names
        },
        buffers={"b": Buffer(id="b", discipline="fifo")},
        routings={"r": Routing(id="r", operations=(step,))},
        products={"p": Product(id="p", routing="r"), "old": Product(id="old", routing="r")},
        changeovers={"x": Changeover(id="x", default=setup * MINUTE)},
        shifts=shifts,
        crews={c.id: c for c in crews},
    )


def play(
    floor: Plant, orders: int = 2, until: int = 100 * HOUR, policy: Policy = fifo, chance: Any = None
) -> list[Event]:
    facts: list[Event] = []
    book = [Order(id=f"o{n}", product="p") for n in range(orders)]
    run(SimulatedFloor(floor, opening(floor, book), chance or Certain(), facts.append), policy, until)
    return facts


def starts(facts: list[Event]) -> dict[str, float]:
    """Minutes at which the work on each order began."""
    return {f.order: f.time / MINUTE for f in facts if isinstance(f, Started)}


def ends(facts: list[Event]) -> dict[str, float]:
    return {f.order: f.time / MINUTE for f in facts if isinstance(f, Finished)}


def test_machines_share_one_person_and_the_first_machine_comes_first() -> None:
    facts = play(plant(THEIR), orders=3)
    assert starts(facts) == {"o0": 0, "o1": 10, "o2": 20}
    assert {f.machine for f in facts if isinstance(f, Started)} == {"m0"}


def test_one_person_tends_as_many_machines_as_they_can() -> None:
    facts = play(plant(replace(THEIR, tends=2), machines=3), orders=4)
    assert starts(facts) == {"o0": 0, "o1": 0, "o2": 10, "o3": 10}


def test_a_setup_takes_a_whole_person() -> None:
    crew = replace(THEIR, size=2, tends=4)
    facts = play(plant(crew, machines=3, setup=5, setup_crew="operators"), orders=3)
    assert starts(facts) == {"o0": 5, "o1": 5, "o2": 10}


def test_who_sets_up_goes_on_to_the_next_setup_and_another_tends_the_work() -> None:
    operators, setters = replace(THEIR, size=1, tends=2), Crew(id="setters", skills=("setting",))
    facts = play(plant(operators, setters, setup=5, setup_crew="setting"), orders=2)
    assert starts(facts) == {"o0": 5, "o1": 10}
    assert [(f.crew, f.task) for f in facts if isinstance(f, Engaged)] == [
        ("setters", "setup"),
        ("operators", "work"),
    ] * 2


def test_who_sets_up_stays_where_nobody_asked_before_them_is_free() -> None:
    one, jack = replace(THEIR, size=1), Crew(id="jack", skills=("operators", "setting"))
    facts = play(plant(one, jack, setup=5, setup_crew="setting"), orders=2)
    assert starts(facts) == {"o0": 5, "o1": 10}
    assert ends(facts) == {"o0": 15, "o1": 20}
    engaged = [(f.time // MINUTE, f.crew, f.task) for f in facts if isinstance(f, Engaged)]
    assert engaged == [(0, "jack", "setup"), (0, "operators", "work"), (5, "jack", "setup")]


def test_no_setup_needs_no_setter() -> None:
    floor = plant(THEIR, Crew(id="setters", shifts="late"), setup=5, setup_crew="setters", machines=1)
    facts = play(floor, orders=2)
    assert starts(facts) == {"o0": 65, "o1": 75}
    assert sum(isinstance(f, SetupStarted) for f in facts) == 1


def test_the_late_shift_takes_over_from_the_early_one_without_a_gap() -> None:
    early = Crew(id="a", skills=("operators",), shifts="early", at_shift_end="pause")
    late = Crew(id="b", skills=("operators",), shifts="late", at_shift_end="pause")
    facts = play(plant(early, late, machines=1, work=90), orders=1)
    assert ends(facts) == {"o0": 90}
    assert [(f.time // MINUTE, f.crew) for f in facts if isinstance(f, Engaged)] == [(0, "a"), (60, "b")]


def test_work_that_is_left_stands_until_somebody_is_back() -> None:
    facts = play(plant(Crew(id="operators", shifts="early", at_shift_end="pause"), machines=1, work=90), orders=1)
    assert ends(facts) == {"o0": 4 * 60 + 30}


def test_people_who_finish_what_they_have_in_hand_stay_for_it_and_take_nothing_new() -> None:
    facts = play(plant(Crew(id="operators", shifts="early", at_shift_end="finish"), machines=1, work=90), orders=2)
    assert ends(facts) == {"o0": 90, "o1": 4 * 60 + 90}
    assert starts(facts)["o1"] == 240


def test_the_hours_of_a_machine_that_stands_for_want_of_people_are_booked_as_such() -> None:
    floor = plant(Crew(id="operators", shifts="early", at_shift_end="pause"), machines=1, work=90)
    start = opening(floor, [Order(id="o0", product="p")])
    facts: list[Event] = []
    played = SimulatedFloor(floor, start.copy(), Certain(), facts.append)
    run(played, fifo, 2 * HOUR)
    assert status(floor, "m0", played.state.machines["m0"]) == "unattended"
    run(played, fifo, 5 * HOUR)
    got = measure(floor, start, facts, 5 * HOUR)
    times = {kind: time for kind, time in got.times["m0"].items() if time}
    assert times == {"working": 90 * MINUTE, "unattended": 3 * HOUR, "idle": 30 * MINUTE}
    assert order_times(floor, start, facts, 5 * HOUR)["o0"].parts["crew"] == 3 * HOUR


def test_a_broken_machine_sets_its_person_free_who_has_to_come_back() -> None:
    failure = Failure(time_to_failure=Constant(4 * MINUTE), time_to_repair=Constant(3 * MINUTE), clock="working")
    facts = play(plant(THEIR, machines=2, failure=failure), orders=2, until=16 * MINUTE, chance=Chance(1))
    assert [(f.time / MINUTE, f.machine) for f in facts if isinstance(f, Engaged)] == [
        (0, "m0"),  # breaks at 4 and is up at 7
        (4, "m1"),  # breaks at 8 and is up at 11
        (8, "m0"),  # breaks at 12
        (12, "m1"),  # breaks at 16
        (16, "m0"),
    ]


def test_a_repair_goes_on_after_the_shift_and_none_begins_then() -> None:
    failure = Failure(time_to_failure=Constant(50 * MINUTE), time_to_repair=Constant(40 * MINUTE), crew="fix")
    crew = Crew(id="fitters", skills=("fix",), shifts="early", at_shift_end="pause")
    facts = play(plant(crew, machines=2, crew=None, failure=failure), orders=0, until=5 * HOUR, chance=Chance(1))
    repairs = [(f.time // MINUTE, f.machine, f.crew) for f in facts if isinstance(f, RepairStarted)]
    assert repairs == [(50, "m0", "fitters"), (240, "m1", "fitters"), (280, "m0", "fitters")]
    assert any(isinstance(f, CrewLeft) and f.time == HOUR for f in facts)


def test_a_repair_comes_before_new_work_where_the_same_people_do_both() -> None:
    failure = Failure(time_to_failure=Constant(8 * MINUTE), time_to_repair=Constant(5 * MINUTE), crew="operators")
    floor = plant(THEIR, machines=2, work=10, failure=failure)
    floor = replace(floor, machines={**floor.machines, "m0": replace(floor.machines["m0"], failures=())})
    facts = play(floor, orders=2, until=30 * MINUTE, chance=Chance(1))
    assert starts(facts) == {"o0": 0, "o1": 15}


def test_a_machine_that_refuses_starts_nothing_that_does_not_fit_before_closing_time() -> None:
    facts = play(plant(machines=1, work=40, crew=None, hours=EARLY, at_shift_end="refuse"), orders=2)
    assert starts(facts) == {"o0": 0, "o1": 240}
    start = opening(plant(machines=1, work=40, crew=None, hours=EARLY, at_shift_end="refuse"), [])
    assert start.unfinished == 0


def test_the_setup_counts_for_what_fits_before_closing_time() -> None:
    floor = plant(machines=1, work=40, setup=20, crew=None, hours=EARLY, at_shift_end="refuse")
    assert starts(play(floor, orders=1)) == {"o0": 20}
    floor = plant(machines=1, work=40, setup=25, crew=None, hours=EARLY, at_shift_end="refuse")
    floor = replace(floor, shifts={**floor.shifts, "early": replace(EARLY, extra=((8 * HOUR, 10 * HOUR),))})
    assert starts(play(floor, orders=1)) == {"o0": 25}, "it fits into no regular stretch, so it is not put off"


def test_what_fits_into_no_shift_is_started_all_the_same_and_pauses() -> None:
    facts = play(plant(machines=1, work=70, crew=None, hours=EARLY, at_shift_end="refuse"), orders=1)
    assert (starts(facts), ends(facts)) == ({"o0": 0}, {"o0": 250})


def test_an_order_that_is_put_off_until_tomorrow_waits_for_the_closed_hours() -> None:
    floor = plant(machines=1, work=40, crew=None, hours=EARLY, at_shift_end="refuse")
    start = opening(floor, [Order(id=f"o{n}", product="p") for n in range(2)])
    facts: list[Event] = []
    run(SimulatedFloor(floor, start.copy(), Certain(), facts.append), fifo, 6 * HOUR)
    assert order_times(floor, start, facts)["o1"].parts["closed"] == 200 * MINUTE


def test_an_order_that_waits_for_a_person_is_late_for_want_of_a_crew() -> None:
    floor = plant(THEIR)
    start = opening(floor, [Order(id=f"o{n}", product="p") for n in range(2)])
    facts: list[Event] = []
    run(SimulatedFloor(floor, start.copy(), Certain(), facts.append), fifo, HOUR)
    assert order_times(floor, start, facts)["o1"].parts["crew"] == 10 * MINUTE


def test_a_machine_that_was_told_to_wait_is_asked_again_when_somebody_is_free() -> None:
    """The plan has o1 first on m1; it has to wait for the operator, and starts when he is free."""
    floor = plant(THEIR)
    floor = replace(floor, buffers={"b": Buffer(id="b")})
    slots = (
        Slot(order="o0", step=0, machine="m0", setup_start=0, start=0, end=10 * MINUTE),
        Slot(order="o1", step=0, machine="m1", setup_start=0, start=0, end=10 * MINUTE),
    )
    facts = play(floor, policy=FollowPlan(Plan(slots=slots, source="hand")))
    assert starts(facts) == {"o0": 0, "o1": 10}


def test_more_people_are_there_at_once_and_fewer_finish_what_they_have_in_hand() -> None:
    floor = plant(replace(THEIR, size=2), machines=3)
    book = tuple(Order(id=f"o{n}", product="p") for n in range(4))
    scenario = Scenario(id="s", plant=floor, orders=book)
    now = SimulatedFloor(floor, opening(floor, book), Certain())
    run(now, fifo, 5 * MINUTE)
    for size, wanted in ((3, {"o2": 5, "o3": 10}), (1, {"o2": 10, "o3": 20}), (2, {"o2": 10, "o3": 10})):
        changed, state = changes.live(scenario, now.state, [changes.CrewSize("operators", size)])
        facts: list[Event] = []
        run(SimulatedFloor(changed.plant, state, Certain(), facts.append), fifo, HOUR)
        assert starts(facts) == wanted


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (changes.CrewSize("nobody", 2), "no crew 'nobody'; there are operators"),
        (changes.CrewSize("operators", 0), "its size must be at least 1, not 0"),
        (changes.ToolCount("mould", 2), "no tool 'mould'; there are none"),
    ],
)
def test_a_size_that_cannot_be_is_refused_in_words(change: changes.Change, sentence: str) -> None:
    with pytest.raises(InvalidPlant, match=sentence):
        change.apply(Scenario(id="s", plant=plant(THEIR), orders=()))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"crew": "welders"}, "no crew or skill 'welders'; there are operators"),
        ({"setup": 5, "setup_crew": "welders"}, "work center 'c': no crew or skill 'welders'"),
        (
            {"failure": Failure(time_to_failure=Constant(1), time_to_repair=Constant(1), crew="x")},
            "no crew or skill 'x'",
        ),
    ],
)
def test_a_skill_that_nobody_has_is_refused(wrong: Mapping[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidPlant, match=sentence):
        plant(THEIR, **wrong)


def test_the_orders_of_a_batch_need_the_same_people() -> None:
    floor = plant(THEIR, machines=1)
    oven = replace(floor.machines["m0"], batch=Batch(most=4, by="any"))
    floor = replace(floor, machines={"m0": oven})
    other = Operation(id="t", machines={"m0": Constant(MINUTE)})
    with pytest.raises(InvalidPlant, match=r"different people \(operators, nobody\)"):
        replace(floor, routings={**floor.routings, "q": Routing(id="q", operations=(other,))})


def test_a_run_ends_where_nobody_will_ever_come() -> None:
    once = Shifts(id="late", windows=(), extra=((HOUR, 2 * HOUR),))
    floor = plant(Crew(id="operators", shifts="late", at_shift_end="pause"), machines=1, work=90, hours=EARLY)
    floor = replace(floor, shifts={"early": replace(EARLY, windows=((0, 3 * HOUR),)), "late": once})
    played = SimulatedFloor(floor, opening(floor, [Order(id="o0", product="p")]), Certain())
    assert played.advance() is None
    assert played.state.unfinished == 1


def test_a_crew_that_stays_longer_ends_what_it_would_have_left() -> None:
    floor = plant(Crew(id="operators", shifts="early", at_shift_end="pause"), machines=1, work=90)
    book = (Order(id="o0", product="p"),)
    now = SimulatedFloor(floor, opening(floor, book), Certain())
    run(now, fifo, 70 * MINUTE)
    asked = changes.CrewOvertime("operators", HOUR, 3 * HOUR)
    changed, state = changes.live(Scenario(id="s", plant=floor, orders=book), now.state, [asked])
    facts: list[Event] = []
    run(SimulatedFloor(changed.plant, state, Certain(), facts.append), fifo, 6 * HOUR)
    assert ends(facts) == {"o0": 100}, "asked at 70, with 60 of 90 min done"
    assert changes.read([changes.to_dict(asked)]) == (asked,)


@pytest.mark.parametrize("change", [changes.CrewSize("operators", 3), changes.ToolCount("mould", 2)])
def test_other_numbers_of_people_and_tools_are_kept_in_files_and_said_in_words(change: changes.Change) -> None:
    assert changes.read([changes.to_dict(change)]) == (change,)
    assert change.words() in ("crew operators has 3 people", "there are 2 of mould")


def pair(floor: Plant, people: int = 2) -> Plant:
    """The same where the step takes so many."""
    step = replace(floor.routings["r"].operations[0], people=people)
    return replace(floor, routings={"r": Routing(id="r", operations=(step,))})


def test_work_for_two_waits_until_two_of_a_crew_are_free() -> None:
    """Three operators: two work on the first order, one is left, who is too few for the second until they are done."""
    facts = play(pair(plant(Crew(id="operators", size=3))), orders=2)
    assert began(facts) == [("m0", 0), ("m0", 10)]
    assert [(f.machine, f.people) for f in facts if isinstance(f, Engaged)] == [("m0", 2), ("m0", 2)]
    assert began(play(pair(plant(Crew(id="operators", size=4))), orders=2)) == [("m0", 0), ("m1", 0)]


def began(facts: list[Event]) -> list[tuple[str, int]]:
    return [(fact.machine, fact.time // MINUTE) for fact in facts if isinstance(fact, Started)]


def test_two_of_different_crews_are_no_team() -> None:
    crews = (Crew(id="operators", size=2, shifts="late"), Crew(id="jack", size=1, skills=("operators",)))
    assert began(play(pair(plant(*crews)), orders=1)) == [("m0", 60)]


def test_who_works_in_a_team_tends_nothing_else() -> None:
    """One person tends three machines; three people, of whom two work together, leave one for the others."""
    floor = plant(Crew(id="operators", size=3, tends=3), machines=3)
    team = Operation(id="s", machines={"m0": Constant(10 * MINUTE)}, crew="operators", people=2)
    floor = replace(
        floor,
        routings={"r": floor.routings["r"], "t": Routing(id="t", operations=(team,))},
        products={"p": Product(id="p", routing="r"), "old": Product(id="old", routing="t")},
        buffers={"b": Buffer(id="b")},
    )
    book = [Order(id="t", product="old"), Order(id="a", product="p"), Order(id="b", product="p")]
    floor_ = SimulatedFloor(floor, opening(floor, book), Certain())
    run(floor_, fifo, MINUTE)
    crew = floor_.state.crews["operators"]
    assert (crew.whole, crew.tending) == (2, 2)
    assert [machine.hands for machine in floor_.state.machines.values()] == [{"work": 2}, {}, {}]


def test_who_sets_up_stays_and_as_many_come_as_either_needs() -> None:
    """Setting up takes one, the work two: both come for the setup, so that the work can begin at once."""
    floor = pair(plant(Crew(id="operators", size=2), machines=1, setup=5, setup_crew="operators"))
    facts = play(floor, orders=1)
    assert [(f.task, f.people) for f in facts if isinstance(f, Engaged)] == [("setup", 2)]
    assert began(facts) == [("m0", 5)]


def test_a_setup_for_two_leaves_one_for_the_work() -> None:
    floor = plant(Crew(id="operators", size=2), setup=5, setup_crew="operators")
    floor = replace(floor, work_centers={"c": replace(floor.work_centers["c"], setup_people=2)})
    facts = play(floor, orders=2)
    assert began(facts) == [("m0", 5), ("m0", 15)], "while one works alone the other machine cannot be set up"


def test_a_repair_for_two_does_not_keep_one_from_the_next_machine() -> None:
    """At minute 1 both break down, m0 first: its repair takes two of the fitters, one of whom is setting up."""
    failure = Failure(
        time_to_failure=Constant(MINUTE),
        time_to_repair=Constant(20 * MINUTE),
        crew="fitters",
        people=2,
        clock="working",
    )
    floor = plant(Crew(id="fitters", size=3), crew=None, failure=failure)
    facts = play(floor, orders=2, until=30 * MINUTE, chance=Chance(1))
    repairs = [(fact.machine, fact.time // MINUTE) for fact in facts if isinstance(fact, RepairStarted)]
    assert repairs[:2] == [("m0", 1), ("m1", 21)]


def test_a_team_counts_person_hours() -> None:
    floor = pair(plant(Crew(id="operators", size=4), machines=1), 3)
    facts = play(floor, orders=2)
    used = resource_use(floor, opening(floor, [Order(id=f"o{n}", product="p") for n in range(2)]), facts).crews[
        "operators"
    ]
    assert used.tasks["work"] == used.busy == 3 * 20 * MINUTE
    assert used.utilization == 3 / 4


@pytest.mark.parametrize("cut", range(0, 40, 3))
def test_a_fork_keeps_the_team(cut: int) -> None:
    floor = pair(plant(Crew(id="operators", size=3), setup=5, setup_crew="operators"))
    whole = SimulatedFloor(floor, opening(floor, [Order(id=f"o{n}", product="p") for n in range(4)]), Certain())
    run(whole, fifo, cut * MINUTE)
    fork = whole.fork()
    run(whole, fifo, HOUR)
    run(fork, fifo, HOUR)
    assert fork.state == whole.state


def test_a_team_that_no_crew_has_is_refused() -> None:
    with pytest.raises(InvalidPlant, match="it takes 2 people of one crew who can do 'operators'; operators has 1"):
        pair(plant(THEIR))
    with pytest.raises(InvalidPlant, match="operators has 1"):
        changes.CrewSize("operators", 1).apply(
            Scenario(id="s", plant=pair(plant(Crew(id="operators", size=2))), orders=())
        )
    with pytest.raises(ValueError, match="2 people of no crew"):
        pair(plant(crew=None))
