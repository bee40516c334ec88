"""Learning: train. It needs torch, which only the ``rl`` extra brings."""

from pathlib import Path

from rich.text import Text

from rl.train import Checkpoint
from rl.train import train as learn
from ui.terminal import Answer, progress
from ui.workspace import scenario_of


def train(scenario: str, *, steps: int, out: Path, seed: int, quiet: bool) -> Answer:
    """A policy that was trained on the twin, in a folder."""
    with progress("Learning", quiet=quiet) as tell:

        def told(checkpoint: Checkpoint) -> None:
            tell(checkpoint.steps, steps, f"{checkpoint.steps:,} of {steps:,} decisions")

        card = learn(scenario_of(scenario), out=out, steps=steps, seed=seed, progress=told)
    return Answer({"folder": str(out), "card": card}, [Text(f"Policy and card written to {out}.")])
