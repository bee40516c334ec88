"""Learning: train. It needs torch, which only the ``rl`` extra brings."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from rl.card import Card
from rl.train import Checkpoint, Stage
from rl.train import train as learn
from ui.terminal import Answer, progress, table
from ui.workspace import scenario_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done: decisions, books of lessons, books of validation, runs of an exam."""

    steps: int
    books: int
    validation_books: int
    exam_runs: int


FULL = Size(steps=50_000, books=60, validation_books=24, exam_runs=60)
QUICK = Size(steps=2_000, books=4, validation_books=2, exam_runs=10)

STAGES: dict[Stage, str] = {
    "rules": "The rules play the validation books",
    "lessons": "The best rule gives lessons",
    "learning": "The network learns by itself",
    "exam": "The best network sits its exams",
}
COUNTS: dict[Stage, str] = {"rules": "rules", "lessons": "books", "learning": "decisions", "exam": "policies"}
"""What is counted in each stage."""


def train(
    scenario: str,
    *,
    steps: int | None,
    books: int | None,
    out: Path,
    seed: int,
    quick: bool,
    log: Path | None,
    quiet: bool,
) -> Answer:
    """A policy that was trained on the twin, in a folder; an interrupt while it learns keeps the best so far."""
    size = QUICK if quick else FULL
    wanted = steps or size.steps
    reached = 0
    standing = ""
    with progress(f"Training on {scenario}", quiet=quiet, in_lines=True) as tell:

        def hear(stage: Stage, done: int, of: int) -> None:
            nonlocal reached
            reached = done if stage == "learning" else reached
            tell(
                done,
                of,
                f"{STAGES[stage]}: {done:,} of {of:,} {COUNTS[stage]}{standing if stage == 'learning' else ''}",
            )

        def told(checkpoint: Checkpoint) -> None:
            nonlocal standing
            standing = f"; costs {checkpoint.best_score:.0%} of the best rule's"

        card = learn(
            scenario_of(scenario),
            out=out,
            steps=wanted,
            seed=seed,
            books=books or size.books,
            validation_books=size.validation_books,
            exam_runs=size.exam_runs,
            eval_every=max(1, min(20_000, wanted // 3)),
            progress=told,
            hear=hear,
            log=log,
        )
    data = {"folder": str(out), "steps": reached, "is_stopped": reached < wanted, "card": card}
    return Answer(data, list(_shown(card, out, reached, wanted)))


def _shown(card: Card, out: Path, reached: int, wanted: int) -> list[RenderableType]:
    shown: list[RenderableType] = []
    if reached < wanted:
        shown.append(Text(f"Stopped after {reached:,} of {wanted:,} decisions.", style="dark_orange3"))
    for exam in card.exams:
        line = next(line for line in exam.lines if line.rule == exam.best_rule)
        span = f"{100 * line.low:+.1f} to {100 * line.high:+.1f} %"
        row = (f"{exam.book} orders", exam.best_rule, f"{100 * line.difference:+.1f} %", span, line.verdict)
        shown.append(
            table(("exam", "best rule", "policy costs more", "95 % interval", "the policy is"), [row], text_columns=2)
        )
    shown.append(Text(f"Policy and card written to {out}, the best of the networks up to {card.steps:,} decisions."))
    return shown
