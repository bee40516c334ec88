"""Lessons: every candidate is tried in the twin, and looking ahead is no worse than the rule it looks ahead with."""

import numpy as np
import pytest

from rl.env import DispatchEnv
from rl.features import FEATURES
from rl.lessons import envelope, lessons, observations
from tests.rl.shops import small_shop
from twin.policies.rules import RULES, atc

SHOP = small_shop(8)


def test_the_best_candidate_has_no_regret_and_none_has_less() -> None:
    lesson = lessons(DispatchEnv(SHOP), atc, range(3), objective="weighted_tardiness")
    assert len(lesson.seen) == len(lesson.regrets) > 0
    assert (lesson.regrets.min(axis=1) == 0).all()
    there = lesson.seen[..., -1] > 0
    assert np.isinf(lesson.regrets[~there]).all()
    assert (np.isfinite(lesson.regrets).sum(axis=1) >= 2).all()


def test_a_plant_without_a_choice_has_no_lessons() -> None:
    with pytest.raises(ValueError, match="nothing to learn"):
        lessons(DispatchEnv(small_shop(1)), atc, [1], objective="makespan")


def test_the_envelope_holds_what_was_seen_and_leaves_out_padding() -> None:
    seen = observations(DispatchEnv(SHOP), RULES["spt"], range(2))
    found = envelope(seen)
    assert set(found) == set(FEATURES)
    options = found["options"]
    assert np.isclose(options.low, np.log(2), atol=1e-6)
    assert all(span.low <= span.high for span in found.values())
