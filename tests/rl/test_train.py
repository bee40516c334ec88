"""Training end to end, in small: what is exported decides as the network did, and the card is honest."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the rl extra is not installed")
pytest.importorskip("sb3_contrib", reason="the rl extra is not installed")

import torch
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.utils import get_action_masks
from stable_baselines3.common.vec_env import DummyVecEnv

from plant_models.scenario import Scenario
from rl import DispatchEnv, LearnedPolicy
from rl.card import Card
from rl.evaluate import evaluate
from rl.train import CandidateNet, CandidatePolicy, Checkpoint, train
from tests.rl.shops import small_shop

SHOP = small_shop(6)


def _train(out: Path, seen: list[Checkpoint] | None = None, **settings: object) -> Card:
    return train(
        SHOP,
        out=out,
        steps=128,
        eval_every=64,
        layers=(8, 8),
        floors=2,
        books=2,
        validation_books=1,
        exam_runs=2,
        progress=None if seen is None else seen.append,
        **settings,
    )


def test_training_ends_in_a_policy_that_loads(tmp_path: Path) -> None:
    seen: list[Checkpoint] = []
    card = _train(tmp_path / "policy", seen, log=tmp_path / "log")
    policy = LearnedPolicy.load(tmp_path / "policy")
    assert policy.card == card
    assert [exam.book for exam in card.exams] == ["own", "shaken"]
    assert seen[0].steps == 0
    assert seen[-1].best_score == min(c.score for c in seen)
    assert list((tmp_path / "log").rglob("events.out.tfevents.*"))
    assert evaluate(SHOP, policy, runs=2, seed=card.exams[0].seed).exam() == card.exams[0]


def test_the_same_seed_trains_the_same_policy(tmp_path: Path) -> None:
    first, again = _train(tmp_path / "a", wait=True), _train(tmp_path / "b", wait=True)
    assert first.arrays_sha256 == again.arrays_sha256


@pytest.mark.parametrize("wait", [False, True])
def test_plain_arrays_choose_as_the_network_does(tmp_path: Path, wait: bool) -> None:
    card = _train(tmp_path, wait=wait)
    policy, net = LearnedPolicy.load(tmp_path), CandidateNet(*card.layers)
    state = net.state_dict()
    with np.load(tmp_path / "weights.npz") as arrays:
        net.load_state_dict({**state, **{name: torch.from_numpy(arrays[name]) for name in arrays.files}})
    env = DispatchEnv(SHOP, wait=wait)
    for episode in range(3):
        rows, _ = env.reset(options={"episode": episode})
        while env.decision is not None:
            mask = env.action_masks()
            with torch.no_grad():
                scores = net.forward_actor(torch.from_numpy(rows)[None])[0].numpy()[mask]
            assert np.allclose(policy.scores(rows[mask, :-1]), scores, atol=1e-4)
            best = int(np.flatnonzero(mask)[scores.argmax()])
            assert int(policy.scores(rows[mask, :-1]).argmax()) == int(scores.argmax())
            rows, *_ = env.step(best)


def test_training_can_be_stopped_and_still_examines_its_best(tmp_path: Path) -> None:
    card = train(
        SHOP,
        out=tmp_path,
        steps=10_000_000,
        books=2,
        validation_books=2,
        exam_runs=2,
        progress=lambda checkpoint: False,
    )
    assert LearnedPolicy.load(tmp_path).card == card
    assert (card.steps, len(card.exams)) == (0, 2)


def test_maskable_ppo_never_takes_a_row_that_is_not_there() -> None:
    venv = DummyVecEnv([lambda: DispatchEnv(SHOP)])
    model = MaskablePPO(CandidatePolicy, venv, n_steps=32, batch_size=32, seed=1, device="cpu")
    model.learn(64)
    seen = venv.reset()
    for _ in range(40):
        masks = get_action_masks(venv)
        action, _ = model.predict(seen, action_masks=masks)
        assert masks[0, int(action[0])]
        seen, _, _, infos = venv.step(action)
        assert not infos[0]["was_masked"]


def test_senseless_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be at least 1"):
        train(SHOP, out=tmp_path, steps=0)
    with pytest.raises(ValueError, match="has no orders"):
        train(Scenario(id="idle", plant=SHOP.plant, orders=()), out=tmp_path)
