"""What an agent meets on plants with everything a plant can have."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_models.batch import Batch
from plant_models.scenario import Scenario
from rl.env import DispatchEnv
from rl.lessons import lessons
from rl.reward import COSTS
from tests.laws.worlds import World, worlds
from tests.twin.shops import line, minutes
from tests.twin.test_batches_and_stays import at, oven
from twin.policies.rules import RULES


def scenario(world: World) -> Scenario:
    return Scenario(id="world", plant=world.plant, orders=world.orders)


@settings(max_examples=20)
@given(worlds(), st.booleans(), st.sampled_from(("certain", "drawn")), st.sampled_from(sorted(COSTS)))
def test_an_episode_of_random_actions_ends_and_its_rewards_add_up(
    world: World, wait: bool, chance: str, objective: str
) -> None:
    env = DispatchEnv(scenario(world), objective=objective, chance=chance, book="own", wait=wait)
    _, info = env.reset(options={"episode": world.seed % 1000})
    opened, total = info["opening_cost"], 0.0
    luck, ended, is_cut = np.random.default_rng(world.seed), False, False
    if env.decision is None:
        return
    while not ended and not is_cut:
        seen, reward, ended, is_cut, info = env.step(luck.choice(np.flatnonzero(env.action_masks())))
        assert env.observation_space.contains(seen)
        total += reward
    cost = COSTS[objective](env.plant, env.state)
    assert np.isclose(total * env.unit, opened - cost, rtol=1e-6, atol=1.0)


@settings(max_examples=10)
@given(worlds(orders=5), st.sampled_from(sorted(RULES)))
def test_lessons_can_be_had_on_every_plant_on_which_there_is_a_choice(world: World, rule: str) -> None:
    env = DispatchEnv(scenario(world), book="own")
    env.reset(options={"episode": 3})
    if env.decision is None:
        return
    found = lessons(env, RULES[rule], [3], objective="weighted_tardiness")
    assert np.isfinite(found.regrets.min(axis=1)).all()


def test_the_batch_forms_around_the_order_that_is_chosen() -> None:
    plant = oven(Batch(most=2, by="any"), line(*minutes(10)))
    plant = Scenario(id="oven", plant=plant, orders=tuple(at(0, 0, 0, 0)))
    env = DispatchEnv(plant, book="own", chance="certain")
    if env.reset(options={"episode": 1})[1] and env.decision is not None:
        env.step(3)
        machine = env.state.machines["m0"]
        assert {machine.order, *machine.mates} == {"o0", "o3"}


def test_what_spoils_is_no_order_that_was_delivered_early() -> None:
    plant = line(*minutes(10))
    opened = Scenario(id="line", plant=plant, orders=tuple(at(0, 0)))
    env = DispatchEnv(opened, book="own", chance="certain", objective="makespan")
    env.reset(options={"episode": 1})
    state = env.state
    lost = state.orders["o1"]
    lost.stage, lost.finished_at, lost.quantity, state.now = "finished", 5, 0, 999_000_000
    assert COSTS["makespan"](plant, state) == 999_000_000
