"""People on the compiled floor: what crews decide there they decide on the simulated one, by hand and in figures."""

from dataclasses import replace

import pytest

from plant_models.distributions import Constant, Exponential
from plant_models.events import CrewCame, CrewLeft, Engaged, Finished, RepairStarted
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Changeover, Crew, Failure, Machine, Plant, WorkCenter
from plant_models.shifts import HOUR, MINUTE, Shifts
from tests.twin.floors import both
from twin.chance import Certain, Chance
from twin.compiled.floor import CompiledFloor
from twin.compiled.refusing import refusals
from twin.policies.rules import fifo
from twin.state import CrewState, State, opening
from twin.trials import trials

EARLY = Shifts(id="early", windows=((0, HOUR),), period=4 * HOUR)
ORDERS = tuple(Order(id=f"o{n}", product="red" if n % 3 else "blue") for n in range(30))


def shop(*crews: Crew, people: int = 1, repairers: int = 1) -> Plant:
    """Three machines behind one queue that operators tend, setters change over, and fitters repair."""
    names = ("m0", "m1", "m2")
    failure = Failure(
        time_to_failure=Exponential(90 * MINUTE),
        time_to_repair=Constant(20 * MINUTE),
        crew="fitters",
        people=repairers,
        work="restart",
    )
    step = Operation(id="s", machines=dict.fromkeys(names, Exponential(10 * MINUTE)), crew="operators", people=people)
    return Plant(
        id="shop",
        work_centers={"c": WorkCenter(id="c", buffer="b", changeover="x", setup_crew="setting")},
        machines={name: Machine(id=name, work_center="c", failures=(failure,)) for name in names},
        buffers={"b": Buffer(id="b", discipline="any")},
        routings={"r": Routing(id="r", operations=(step,))},
        products={name: Product(id=name, routing="r") for name in ("red", "blue")},
        changeovers={"x": Changeover(id="x", default=5 * MINUTE)},
        shifts={"early": EARLY, "once": Shifts(id="once", windows=(), extra=((0, HOUR),))},
        crews={crew.id: crew for crew in crews},
    )


OPERATORS = Crew(id="operators", size=2, tends=2)
FITTERS = Crew(id="fitters", skills=("setting",), size=2)
ALONE = Crew(id="jack", skills=("operators", "setting", "fitters"), shifts="early", at_shift_end="pause")


@pytest.mark.parametrize(
    "plant",
    [
        shop(OPERATORS, FITTERS),
        shop(OPERATORS, FITTERS, ALONE),
        shop(ALONE, OPERATORS, FITTERS),
        shop(replace(OPERATORS, size=3), FITTERS, people=2, repairers=2),
        shop(replace(OPERATORS, shifts="early"), FITTERS, ALONE),
        shop(replace(OPERATORS, shifts="early", at_shift_end="pause"), FITTERS, people=2),
        shop(OPERATORS, replace(FITTERS, shifts="early", size=1)),
    ],
)
def test_crews_do_the_same_on_both_floors(plant: Plant) -> None:
    for seed in range(5):
        facts = both(plant, opening(plant, ORDERS), Chance(seed))
        assert any(isinstance(fact, RepairStarted) for fact in facts)
        assert sum(isinstance(fact, Finished) for fact in facts) == len(ORDERS)


def test_one_person_tends_two_machines_and_the_third_stands() -> None:
    crews = (replace(OPERATORS, size=1), FITTERS)
    plant = shop(*crews)
    facts = both(plant, opening(plant, ORDERS[1:3] + ORDERS[4:5]), Certain(), until=5 * MINUTE)
    assert [fact.machine for fact in facts if isinstance(fact, Engaged)] == ["m0", "m1"]


def test_who_goes_home_leaves_the_work_until_the_next_shift() -> None:
    crew = Crew(id="operators", skills=("setting", "fitters"), shifts="early", at_shift_end="pause", tends=3)
    orders = tuple(Order(id=f"o{n}", product="red") for n in range(20))
    facts = both(shop(crew), opening(shop(crew), orders), Certain())
    left = [fact.time for fact in facts if isinstance(fact, CrewLeft)]
    came = [fact.time for fact in facts if isinstance(fact, CrewCame)]
    assert left == [HOUR]
    assert came == [4 * HOUR]
    finished = [fact.time for fact in facts if isinstance(fact, Finished)]
    assert max(finished) == 4 * HOUR + 10 * MINUTE
    assert not [time for time in finished if HOUR < time < 4 * HOUR]


def test_orders_that_nobody_will_ever_work_on_end_the_run() -> None:
    crew = Crew(id="operators", skills=("setting", "fitters"), shifts="once", at_shift_end="pause", size=3)
    plant = shop(crew)
    facts = both(plant, opening(plant, ORDERS), Chance(1))
    assert 0 < sum(isinstance(fact, Finished) for fact in facts) < len(ORDERS)
    assert facts[-1].time == HOUR


def test_the_figures_of_unattended_machines_are_the_same_to_the_last_bit() -> None:
    plant = shop(replace(OPERATORS, shifts="early", at_shift_end="pause"), FITTERS, ALONE)
    state = opening(plant, ORDERS)
    seeds = [(n, 11 * n) for n in range(5)]
    ours, theirs = (
        trials(plant, state, fifo, Chance, seeds=seeds, warm_up=HOUR, engine=engine) for engine in ("simpy", "compiled")
    )
    assert [trial._asdict() for trial in theirs] == [trial._asdict() for trial in ours]


def test_a_crew_that_the_floor_does_not_know_yet_stands_as_at_the_beginning_of_its_shift() -> None:
    plant = shop(OPERATORS, FITTERS)
    state = opening(plant, ORDERS)
    state.crews.clear()
    compiled = CompiledFloor(plant, state, Chance(1), fifo)
    assert compiled.state.crews == {"operators": CrewState(), "fitters": CrewState()}
    assert state.crews == {}


def test_a_floor_with_a_crew_that_the_plant_does_not_have_is_refused() -> None:
    plant = shop(OPERATORS, FITTERS)
    state: State = opening(plant, ORDERS)
    state.crews["others"] = CrewState()
    assert refusals(plant, state, fifo) == ("there are people of crew 'others' on the floor, not in the plant",)
