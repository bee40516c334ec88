"""Policies that learn on the twin: an environment, a training script, and trained policies that run without torch.

Importing this package registers the environment ``foreshift/Dispatch-v0`` with Gymnasium. Torch is needed only by
`rl.train`.
"""

import gymnasium

from rl.card import Card
from rl.env import DispatchEnv
from rl.features import features
from rl.policy import LearnedPolicy

__all__ = ["Card", "DispatchEnv", "LearnedPolicy", "features"]

gymnasium.register(id="foreshift/Dispatch-v0", entry_point="rl.env:DispatchEnv")
