"""The environment: Gymnasium's contract, the twin's decisions, an honest return."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import rl
from rl.env import DispatchEnv
from rl.features import SLACK, features
from rl.reward import COSTS
from tests.rl.shops import small_shop

SHOP = small_shop()


def _play(env: DispatchEnv, *, episode: int, choose: int = 0) -> tuple[float, float, float]:
    """Opening cost, cost in the end and return of an episode in which the last or first candidate is taken."""
    _, info = env.reset(options={"episode": episode})
    opened, total, ended = info["opening_cost"], 0.0, env.decision is None
    while not ended:
        actions = np.flatnonzero(env.action_masks())
        _, reward, ended, truncated, info = env.step(actions[choose])
        total += reward
        assert not truncated
    return opened, info["cost"], total


@pytest.mark.filterwarnings("ignore:.*alternative API.*", "ignore:.*random sample.*")
def test_gymnasium_finds_no_fault_with_it() -> None:
    env = gymnasium.make("foreshift/Dispatch-v0", scenario=SHOP)
    check_env(env.unwrapped)
    assert rl.DispatchEnv is DispatchEnv


def test_stable_baselines_finds_no_fault_with_it() -> None:
    checker = pytest.importorskip("stable_baselines3.common.env_checker", reason="the rl extra is not installed")
    checker.check_env(DispatchEnv(SHOP), warn=False)


@pytest.mark.parametrize("objective", sorted(COSTS))
@pytest.mark.parametrize("chance", ["certain", "drawn"])
def test_the_return_is_the_opening_estimate_less_the_true_cost(objective: str, chance: str) -> None:
    env = DispatchEnv(SHOP, objective=objective, chance=chance)
    for episode in range(3):
        opened, cost, total = _play(env, episode=episode, choose=-episode % 2)
        assert total * env.unit == pytest.approx(opened - cost)
        leaving = [(known, known.finished_at or 0) for known in env.state.orders.values()]
        if objective == "makespan":
            assert cost == max(at for _, at in leaving)
        else:
            assert cost == pytest.approx(sum(k.order.weight * max(0, at - (k.order.due or at)) for k, at in leaving))


def test_an_episode_is_fixed_by_its_number() -> None:
    first, again, other = DispatchEnv(SHOP), DispatchEnv(SHOP), DispatchEnv(SHOP)
    assert _play(first, episode=7) == _play(again, episode=7) != _play(other, episode=8)


def test_every_step_is_a_choice_between_at_least_two_orders() -> None:
    env = DispatchEnv(SHOP)
    env.reset(seed=1)
    while env.decision is not None:
        assert env.action_masks().sum() == min(len(env.decision.options), env.slots) >= 2
        env.step(0)
    assert env.state.unfinished == 0


def test_more_orders_than_slots_show_those_with_the_least_slack() -> None:
    wide, narrow = DispatchEnv(SHOP, slots=24), DispatchEnv(SHOP, slots=3)
    wide.reset(options={"episode": 3})
    narrow.reset(options={"episode": 3})
    crowded = 0
    while wide.decision is not None and narrow.decision is not None:
        assert wide.decision == narrow.decision
        order = wide.decision.options[0]
        if len(wide.decision.options) > 3:
            crowded += 1
            slacks = features(SHOP.plant, wide.state, wide.decision)[:, SLACK]
            least = set(np.argsort(slacks, kind="stable")[:3])
            assert narrow.shown == tuple(o for row, o in enumerate(wide.decision.options) if row in least)
            order = narrow.shown[0]
        wide.step(wide.shown.index(order))
        narrow.step(narrow.shown.index(order))
    assert crowded


def test_an_action_for_an_empty_row_takes_the_first_order_and_says_so() -> None:
    env = DispatchEnv(SHOP)
    with pytest.raises(ValueError, match="reset"):
        env.step(0)
    env.reset(seed=1)
    other = DispatchEnv(SHOP)
    other.reset(seed=1)
    (seen, *_, info), (seen_by_other, *_, other_info) = env.step(23), other.step(0)
    assert np.array_equal(seen, seen_by_other)
    assert (info["was_masked"], other_info["was_masked"]) == (True, False)
    with pytest.raises(ValueError, match="not in 0 to 23"):
        env.step(24)


def test_an_agent_that_only_waits_is_cut_off() -> None:
    env = DispatchEnv(small_shop(6), wait=True, book="own")
    env.reset(seed=1)
    truncated = env.decision is None
    while not truncated:
        _, _, ended, truncated, _ = env.step(env.slots)
        assert not ended


def test_waiting_now_and_then_still_ends_the_book() -> None:
    env = DispatchEnv(SHOP, wait=True)
    env.reset(seed=4)
    turn, ended = 0, False
    while not ended:
        turn += 1
        _, _, ended, truncated, _ = env.step(env.slots if turn % 3 == 0 else 0)
        assert not truncated
    assert env.state.unfinished == 0


def test_an_episode_without_a_choice_is_not_drawn() -> None:
    lone = small_shop(1)
    with pytest.raises(ValueError, match="no machine ever had a choice"):
        DispatchEnv(lone).reset(seed=1)
    env = DispatchEnv(lone)
    _, info = env.reset(options={"episode": 4})
    assert env.decision is None
    assert info["episode"] == 4
    assert env.state.unfinished == 0


def test_it_draws_itself_in_words() -> None:
    env = DispatchEnv(SHOP, render_mode="ansi")
    env.reset(seed=1)
    assert "may take" in (env.render() or "")
    assert "lathe-2" in (env.render() or "")


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("objective", {"objective": "profit"}),
        ("chance", {"chance": "none"}),
        ("book", {"book": "mine"}),
        ("slots", {"slots": 1}),
    ],
)
def test_a_wrong_setting_is_named(what: str, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=what):
        DispatchEnv(SHOP, **wrong)
