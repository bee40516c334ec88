"""Who proposes does not judge: the twin ranks."""

from dataclasses import replace

import pytest

from plant_models.distributions import Exponential
from plant_models.errors import Infeasible
from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.shifts import HOUR, MINUTE
from scheduler import ByPolicy, propose
from scheduler.replay import plan_of_rule
from tests.scheduler.test_repair import REPAIR, two_lathes
from twin.policies.rules import RULES
from twin.state import State, opening

PLANT, ORDERS = two_lathes(failures=(replace(REPAIR, time_to_failure=Exponential(2 * HOUR)),))


class Forgetful:
    """Leaves out the last step."""

    name = "forgetful"

    def __call__(self, plant: Plant, state: State) -> Plan:
        return Plan(slots=plan_of_rule(plant, state, "edd").slots[:-1])


def test_rules_the_solver_and_a_policy_come_back_ranked_by_the_twin() -> None:
    told: list[tuple[str, int, int]] = []
    policy = ByPolicy("learned", RULES["spt"])
    found = propose(
        PLANT,
        opening(PLANT, ORDERS),
        ["edd", "lpt", "cp-sat", policy, Forgetful()],
        runs=20,
        seconds=2,
        workers=1,
        live=True,
        progress=lambda name, done, of: told.append((name, done, of)),
    )
    means = [p.rehearsal.mean("weighted_tardiness_h").value for p in found.ranked]
    assert means == sorted(means)
    assert {p.name for p in found.ranked} == {"edd", "lpt", "cp-sat", "learned"}
    assert found.best.behind.value == 0
    assert found.best_promise.promised <= min(p.promised for p in found.ranked)
    assert found["cp-sat"].promised <= found["edd"].promised
    assert found.refused["forgetful"].endswith("is missing")
    assert set(found.references) == {"edd", "lpt", "learned"}
    frame = found.to_frame()
    assert list(frame["rank"].dropna()) == [1, 2, 3, 4] and len(frame) == 7
    assert ("cp-sat", 20, 20) in told
    assert found.words()[0] == f"best in the twin: {found.best.name}"


def test_with_nobody_who_has_a_good_plan_there_is_nothing_to_rank() -> None:
    with pytest.raises(Infeasible, match=r"forgetful: order .* is missing"):
        propose(PLANT, opening(PLANT, ORDERS), [Forgetful()], runs=2)


def test_an_unknown_proposer_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="no proposer 'magic'; there are cp-sat, local-search and the rules fifo"):
        propose(PLANT, opening(PLANT, ORDERS), ["magic"], runs=2)


def test_times_are_the_twins_own() -> None:
    made = plan_of_rule(PLANT, opening(PLANT, ORDERS), "fifo")
    assert all(slot.end - slot.start in (20 * MINUTE, 30 * MINUTE) for slot in made.slots)
