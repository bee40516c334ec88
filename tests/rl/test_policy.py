"""A trained policy at work: loads what was saved and nothing else, and knows when not to decide."""

import hashlib
import io
import pickle
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from rl import LearnedPolicy
from rl.card import from_file, to_file
from rl.network import shapes
from rl.policy import names
from tests.rl.nets import LAYERS, untrained
from tests.rl.shops import small_shop
from twin.chance import Chance
from twin.decisions import Choice, Decision, Policy, Wait
from twin.policies.rules import edd
from twin.simulated import SimulatedFloor
from twin.state import State, opening

SHOP = small_shop()


def _choices(policy: Policy, *, seed: int = 1, follow: Policy | None = None) -> list[Choice]:
    """What *policy* says at each decision of a run that *follow* (or itself) steers."""
    floor = SimulatedFloor(SHOP.plant, opening(SHOP.plant, SHOP.orders), Chance(seed))
    said: list[Choice] = []
    while (decision := floor.advance()) is not None:
        said.append(policy(SHOP.plant, floor.state, decision))
        floor.start(decision, follow(SHOP.plant, floor.state, decision) if follow else said[-1])
    return said


def test_what_is_loaded_decides_as_what_was_saved(tmp_path: Path) -> None:
    policy = untrained()
    policy.save(tmp_path)
    loaded = LearnedPolicy.load(tmp_path)
    assert _choices(loaded) == _choices(policy)
    assert not loaded.fallbacks
    assert loaded.decisions


def test_it_travels_to_another_process() -> None:
    policy = untrained()
    assert _choices(pickle.loads(pickle.dumps(policy))) == _choices(policy)


def test_it_runs_without_torch() -> None:
    code = "import sys, rl.policy; assert not {'torch', 'stable_baselines3', 'pandas'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_never_sees_how_many_orders_there_could_be() -> None:
    few, many = small_shop(3), small_shop(60)
    for shop in (few, many):
        floor = SimulatedFloor(shop.plant, opening(shop.plant, shop.orders), Chance(1))
        policy = untrained()
        while (decision := floor.advance()) is not None:
            floor.start(decision, policy(shop.plant, floor.state, decision))
        assert floor.state.unfinished == 0


def test_outside_its_envelope_the_fallback_rule_decides_and_the_reason_is_counted() -> None:
    narrow = untrained(limit=0.01)
    assert _choices(narrow, follow=edd) == _choices(edd)
    assert sum(narrow.fallbacks.values()) == narrow.decisions > 0
    assert all("outside what was seen in training" in why for why in narrow.fallbacks)


def test_a_policy_of_another_schema_is_not_asked(tmp_path: Path) -> None:
    untrained(schema="another").save(tmp_path)
    stranger = LearnedPolicy.load(tmp_path)
    assert "trained on features another" in stranger.distrust
    assert _choices(stranger) == _choices(edd)
    assert stranger.fallbacks == {stranger.distrust: stranger.decisions}


def test_a_policy_that_may_wait_waits_for_a_while_only() -> None:
    policy = untrained(waits=True, seed=12)
    waits = [choice for choice in _choices(policy, follow=edd) if isinstance(choice, Wait)]
    assert waits
    assert all(wait.until is not None for wait in waits)


def _flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))


def _claim(folder: Path, body: bytes) -> None:
    """Put other arrays in place, with a card that vouches for them."""
    (folder / "weights.npz").write_bytes(body)
    card = from_file(folder)
    to_file(msgspec.structs.replace(card, arrays_sha256=hashlib.sha256(body).hexdigest()), folder)


def _npz(**arrays: object) -> bytes:
    body = io.BytesIO()
    np.savez(body, **arrays)
    return body.getvalue()


def test_damaged_arrays_are_refused(tmp_path: Path) -> None:
    untrained().save(tmp_path)
    _flip(tmp_path / "weights.npz")
    with pytest.raises(ValueError, match="not the arrays that the card was written for"):
        LearnedPolicy.load(tmp_path)


def test_a_card_that_is_none_is_refused(tmp_path: Path) -> None:
    untrained().save(tmp_path)
    card = tmp_path / "card.json"
    for text in ('{"name": "x"}', "", "\x00\xff", card.read_text().replace('"seed"', '"sede"')):
        card.write_text(text)
        with pytest.raises(ValueError, match=r"card\.json: not a policy card"):
            LearnedPolicy.load(tmp_path)
    card.unlink()
    with pytest.raises(ValueError, match=r"card\.json: no policy card can be read"):
        LearnedPolicy.load(tmp_path)


def test_missing_arrays_are_named(tmp_path: Path) -> None:
    untrained().save(tmp_path)
    (tmp_path / "weights.npz").unlink()
    with pytest.raises(ValueError, match=r"weights\.npz: the policy's arrays cannot be read"):
        LearnedPolicy.load(tmp_path)


def test_a_pickle_in_place_of_arrays_is_never_opened(tmp_path: Path) -> None:
    untrained().save(tmp_path)
    good = {name: np.zeros(shape, np.float32) for name, shape in shapes(*LAYERS).items()}
    objects = good | {"score.2.bias": np.array([{"an": "object"}], dtype=object)}
    for body in (pickle.dumps(good), _npz(**objects), b"", b"PK\x03\x04 and no more", _npz()[:-7]):
        _claim(tmp_path, body)
        with pytest.raises(ValueError, match=r"weights\.npz"):
            LearnedPolicy.load(tmp_path)


def test_arrays_of_another_shape_or_without_sense_are_refused(tmp_path: Path) -> None:
    untrained().save(tmp_path)
    good = {name: np.zeros(shape, np.float32) for name, shape in shapes(*LAYERS).items()}
    wrong = (
        good | {"score.2.bias": np.zeros(2, np.float32)},
        good | {"score.2.bias": np.zeros(1, np.float64)},
        good | {"score.2.bias": np.array([np.nan], np.float32)},
        {"score.2.bias": np.zeros(1, np.float32)},
        good | {"more": np.zeros(1, np.float32)},
    )
    for arrays in wrong:
        _claim(tmp_path, _npz(**arrays))
        with pytest.raises(ValueError, match="wanted"):
            LearnedPolicy.load(tmp_path)


def test_a_fallback_rule_that_does_not_exist_is_named(tmp_path: Path) -> None:
    untrained().save(tmp_path)
    to_file(msgspec.structs.replace(from_file(tmp_path), fallback="best"), tmp_path)
    with pytest.raises(ValueError, match="no rule 'best' to fall back on; there are fifo"):
        LearnedPolicy.load(tmp_path)


def test_an_unknown_name_lists_the_shipped_policies() -> None:
    with pytest.raises(ValueError, match=r"no policy 'nowhere'.*machine-shop"):
        LearnedPolicy.load("nowhere")
    assert "machine-shop" in names()


def test_single_options_need_no_opinion() -> None:
    policy = untrained()
    state = State({}, {}, {}, {})
    assert policy(SHOP.plant, state, Decision(0, "saw-1", ("a",))) == "a"
    assert policy.decisions == 0
