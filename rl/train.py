"""Train a dispatching policy on the twin, from the first decision to the policy card, in one readable script.

1. The rules play validation books; the best becomes the teacher, and the fallback on the card.
2. Lessons: the teacher tries every candidate of some thousand decisions in the twin (`rl.lessons`), and the network
   studies what each would have cost, so that it starts where the rules end.
3. MaskablePPO improves on it in `DispatchEnv`, on order books that are shaken anew for each episode.
4. Every now and then it plays the validation books; the best network so far is kept and written.
5. What was kept sits an exam on seeds that nothing above has seen, and the card says how it went, whatever that is.

The network scores each candidate by itself and by the pool of all (mean and maximum), so it has no fixed number of
orders: it is trained on padded observations and plays on any number.

References
----------
Huang & Ontanon (2022), A closer look at invalid action masking in policy gradient algorithms, FLAIRS 35.
Zaheer et al. (2017), Deep sets, NeurIPS 30.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

import numpy as np
import torch
from msgspec.structs import replace
from numpy.typing import NDArray
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize
from torch import nn

from plant_models import clock
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, HOUR
from rl.books import shaken
from rl.card import Card, Exam
from rl.env import TRAINING_SEEDS, DispatchEnv
from rl.evaluate import BOOKS, TEST_SEEDS, evaluate
from rl.features import SCHEMA
from rl.lessons import Lesson, envelope, lessons, observations
from rl.network import shapes
from rl.policy import LearnedPolicy
from rl.reward import COSTS
from rl.sight import FEATURES
from twin.chance import Chance
from twin.decisions import Policy
from twin.floor import run
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import opening

Arrays = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How training stands: mean costs on the validation books of each kind, in hours.

    *score* is the policy's cost over the best rule's, averaged over the kinds: below 1 it costs less.
    """

    steps: int
    of: int
    score: float
    best_score: float
    policy_costs: Mapping[str, float]
    rule_costs: Mapping[str, Mapping[str, float]]


Progress = Callable[[Checkpoint], object]
"""Is told how training stands. If it returns False, training ends here and the best network so far is examined."""


Stage = Literal["rules", "lessons", "learning", "exam"]
"""What training is at: the rules play the validation books, the teacher gives lessons, the network learns by itself,
and it sits its exams."""

Hear = Callable[[Stage, int, int], object]
"""Is told the stage, and how much of how much of it is done: rules, books, decisions, or policies examined."""


class CandidateNet(nn.Module):
    """Scores for the candidates of a decision, and the value of being asked; one network for each.

    Takes (batch, rows, features + mask) and gives (batch, rows) and (batch, pool). Empty rows have no part in the pool.
    """

    def __init__(self, width: int, score_width: int) -> None:
        super().__init__()
        features = len(FEATURES)
        self.candidate = _layers(features, width, width)
        self.score = _layers(3 * width, score_width, 1, last=False)
        self.valued = _layers(features, width, width)
        self.latent_dim_pi = 1
        self.latent_dim_vf = 2 * width

    def forward(self, seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores and the pool of the value network."""
        return self.forward_actor(seen), self.forward_critic(seen)

    def forward_actor(self, seen: torch.Tensor) -> torch.Tensor:
        """A score for each row; what empty rows get means nothing."""
        rows, mask = seen[..., :-1], seen[..., -1:]
        inside = self.candidate(rows)
        pool = _pool(inside, mask).unsqueeze(1).expand(-1, rows.shape[1], -1)
        scores: torch.Tensor = self.score(torch.cat([inside, pool], dim=-1)).squeeze(-1)
        return scores

    def forward_critic(self, seen: torch.Tensor) -> torch.Tensor:
        """What the value is read from."""
        return _pool(self.valued(seen[..., :-1]), seen[..., -1:])

    def arrays(self) -> Arrays:
        """The part that decides, as plain arrays."""
        state = self.state_dict()
        return {name: state[name].detach().numpy().copy() for name in shapes(1, 1)}


def _layers(inputs: int, width: int, outputs: int, *, last: bool = True) -> nn.Sequential:
    layers = [nn.Linear(inputs, width), nn.Tanh(), nn.Linear(width, outputs)]
    return nn.Sequential(*layers, nn.Tanh()) if last else nn.Sequential(*layers)


def _pool(inside: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean and maximum over the rows that are there."""
    mean = (inside * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)
    most = torch.where(mask > 0, inside, torch.full_like(inside, -1.0)).max(dim=1).values
    return torch.cat([mean, most], dim=-1)


class Unchanged(BaseFeaturesExtractor):
    """Hands on what it is given: keeps (rows, features) where stable-baselines would flatten them."""

    def __init__(self, observation_space: Any) -> None:
        super().__init__(observation_space, features_dim=observation_space.shape[-1])

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        """The same."""
        return seen


class CandidatePolicy(MaskableActorCriticPolicy):
    """Actor and critic around a `CandidateNet`, for MaskablePPO."""

    def __init__(self, *args: Any, layers: tuple[int, int] = (64, 64), **kwargs: Any) -> None:
        self.layers = layers
        super().__init__(*args, **kwargs | {"ortho_init": False, "features_extractor_class": Unchanged})

    def _build_mlp_extractor(self) -> None:
        self.mlp_extractor = CandidateNet(*self.layers)  # type: ignore[assignment]  # SB3 declares its own extractor

    def _build(self, lr_schedule: Any) -> None:
        super()._build(lr_schedule)
        self.action_net = nn.Identity()
        settings = {"lr": lr_schedule(1)} | self.optimizer_kwargs
        self.optimizer = self.optimizer_class(self.parameters(), **settings)


class Trial:
    """The validation books of each kind, and what the rules make of them."""

    def __init__(self, scenario: Scenario, objective: str, books: int, hear: Hear | None = None) -> None:
        self.objective = objective
        self._books = {"own": [scenario] * books, "shaken": [shaken(scenario, seed) for seed in range(books)]}
        costs = {}
        for number, (name, policy) in enumerate(RULES.items()):
            _say(hear, "rules", number, len(RULES))
            costs[name] = self.costs(policy)
        self.rule_costs = {book: {name: costs[name][book] for name in RULES} for book in self._books}
        self.best_rule = min(costs, key=lambda name: self.score(costs[name]))

    def costs(self, policy: Policy) -> dict[str, float]:
        """Mean cost in hours for each kind of book."""
        return {
            book: fmean(cost(s, policy, seed=n, objective=self.objective) for n, s in enumerate(played)) / HOUR
            for book, played in self._books.items()
        }

    def score(self, costs: Mapping[str, float]) -> float:
        """Costs over the best rule's, averaged over the kinds of books."""
        return fmean(costs[book] / max(1e-3, min(rules.values())) for book, rules in self.rule_costs.items())


class Validation(BaseCallback):
    """Plays the validation books every now and then, keeps the best network, and writes it down.

    It plays what would be shipped: the exported arrays, greedily, envelope and fallback included.
    """

    def __init__(
        self,
        trial: Trial,
        card: Card,
        out: Path,
        *,
        every: int,
        of: int,
        progress: Progress | None,
        hear: Hear | None = None,
    ) -> None:
        super().__init__()
        self.best_score = float("inf")
        self.best: LearnedPolicy | None = None
        self._trial, self._card, self._out, self._progress, self._hear = trial, card, out, progress, hear
        self._every, self._of, self._next, self._goes_on = every, of, 0, True

    def _on_training_start(self) -> None:
        self._look()

    def _on_step(self) -> bool:
        _say(self._hear, "learning", min(self.num_timesteps, self._of), self._of)
        if self._goes_on and self.num_timesteps >= self._next:
            self._look()
        return self._goes_on

    def _on_training_end(self) -> None:
        if self._goes_on:
            self._look()

    def _look(self) -> None:
        self._next = self.num_timesteps + self._every
        policy = LearnedPolicy(replace(self._card, steps=self.num_timesteps), _net(self.model).arrays())
        costs = self._trial.costs(policy)
        score = self._trial.score(costs)
        if score < self.best_score:
            self.best_score, self.best = score, policy
            policy.save(self._out)
        self._log(score, costs)
        checkpoint = Checkpoint(
            steps=self.num_timesteps,
            of=self._of,
            score=score,
            best_score=self.best_score,
            policy_costs=costs,
            rule_costs=self._trial.rule_costs,
        )
        self._goes_on = self._progress is None or self._progress(checkpoint) is not False

    def _log(self, score: float, costs: Mapping[str, float]) -> None:
        self.logger.record("validation/score", score)
        for book, rules in self._trial.rule_costs.items():
            self.logger.record(f"validation_{book}/policy_hours", costs[book])
            for name, hours in rules.items():
                self.logger.record(f"validation_{book}/{name}_hours", hours)


def cost(scenario: Scenario, policy: Policy, *, seed: int, objective: str) -> float:
    """What it costs to work off the scenario's orders once, in milliseconds."""
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Chance(seed))
    run(floor, policy, FOREVER)
    return COSTS[objective](scenario.plant, floor.state)


def train(
    scenario: Scenario,
    *,
    out: Path,
    steps: int = 100_000,
    seed: int = 1,
    eval_every: int = 20_000,
    progress: Progress | None = None,
    hear: Hear | None = None,
    objective: str = "weighted_tardiness",
    wait: bool = False,
    name: str = "",
    layers: tuple[int, int] = (32, 32),
    floors: int = 8,
    books: int = 60,
    validation_books: int = 24,
    exam_runs: int = 60,
    log: Path | None = None,
) -> Card:
    """Train a policy for the scenario's plant and write card and arrays into the folder *out*.

    Parameters
    ----------
    steps, seed, eval_every
        How many decisions to learn from, where chance begins, and how many decisions lie between validations.
    wait
        Whether a machine may be left idle though it could work.
    name
        What the policy is called; the scenario's name if left out.
    layers
        Widths of the candidates' network and of the score's.
    floors
        How many floors are worked at once in this process.
    books
        Order books of the lessons that the network takes before it learns by itself, at least 1.
    progress, hear
        Are told: the one at each validation how good the network is, the other, more often, what is being done.
    log
        Where TensorBoard finds the log; None for none.

    Returns
    -------
    Card
        With the exams on the scenario's own orders and on shaken books.

    Notes
    -----
    An interrupt (`KeyboardInterrupt`) while the network learns ends the learning: the best network so far sits its
    exams and is written. Before that there is nothing to keep, and the interrupt goes its way.
    """
    if steps < 1 or books < 1 or eval_every < 1:
        raise ValueError(f"steps, books and eval_every must be at least 1, not {steps}, {books}, {eval_every}")
    torch.set_num_threads(1)
    trial = Trial(scenario, objective, validation_books, hear)
    make = partial(DispatchEnv, scenario, objective=objective, wait=wait)
    turn = min(512, max(16, steps // floors))
    model = _model(make, layers=layers, floors=floors, turn=turn, seed=seed, log=log)
    episodes = range(TRAINING_SEEDS, TRAINING_SEEDS + books)
    _say(hear, "lessons", 0, books)
    lesson = lessons(
        make(),
        RULES[trial.best_rule],
        episodes,
        objective=objective,
        progress=lambda episode: _say(hear, "lessons", episode - TRAINING_SEEDS + 1, books),
    )
    _study(_net(model), lesson, seed)
    card = _first_card(scenario, trial, lesson, name=name, wait=wait, layers=layers, books=books, seed=seed)
    validation = Validation(trial, card, out, every=eval_every, of=steps, progress=progress, hear=hear)
    _say(hear, "learning", 0, steps)
    try:
        model.learn(steps, callback=validation, tb_log_name=scenario.id)
    except KeyboardInterrupt:
        if validation.best is None:
            raise
    best = validation.best
    assert best is not None  # the first look keeps what there is before anything is learned
    seen = observations(make(), best, episodes)
    best = best.with_card(trained_at=clock.now(), envelope=envelope(lesson.seen, seen))
    return best.with_card(exams=_exams(scenario, best, runs=exam_runs, hear=hear)).save(out)


def _first_card(
    scenario: Scenario,
    trial: Trial,
    lesson: Lesson,
    *,
    name: str,
    wait: bool,
    layers: tuple[int, int],
    books: int,
    seed: int,
) -> Card:
    """What is known of the policy before it was examined."""
    return Card(
        name=name or scenario.id,
        scenario=scenario.id,
        plant_sha256=hashlib.sha256(repr(scenario.plant).encode()).hexdigest(),
        objective=trial.objective,
        waits=wait,
        schema=SCHEMA,
        layers=layers,
        books=books,
        steps=0,
        seed=seed,
        teacher=trial.best_rule,
        first_training_seed=TRAINING_SEEDS,
        trained_at=clock.now(),
        fallback=trial.best_rule,
        envelope=envelope(lesson.seen),
        exams=(),
        arrays_sha256="",
        made_with={package: version(package) for package in ("numpy", "sb3-contrib", "stable-baselines3", "torch")},
    )


def _say(hear: Hear | None, stage: Stage, done: int, of: int) -> None:
    if hear is not None:
        hear(stage, done, of)


def _exams(scenario: Scenario, policy: LearnedPolicy, *, runs: int, hear: Hear | None) -> tuple[Exam, ...]:
    """How the policy does against every rule on seeds that nobody has seen, for each kind of book."""
    objective = policy.card.objective
    found = []
    for number, book in enumerate(BOOKS):

        def tell(done: int, of: int, before: int = number) -> None:
            _say(hear, "exam", before * of + done, len(BOOKS) * of)

        each = evaluate(scenario, policy, runs=runs, seed=TEST_SEEDS, objective=objective, book=book, progress=tell)
        found.append(each.exam())
    return tuple(found)


def _model(
    make: Callable[[], DispatchEnv],
    *,
    layers: tuple[int, int],
    floors: int,
    turn: int,
    seed: int,
    log: Path | None,
) -> MaskablePPO:
    """MaskablePPO with a `CandidatePolicy`. Undiscounted: an hour late counts the same whenever it comes about."""
    return MaskablePPO(
        CandidatePolicy,
        VecNormalize(DummyVecEnv([make] * floors), norm_obs=False, norm_reward=True, gamma=1.0),
        policy_kwargs={"layers": layers},
        n_steps=turn,
        batch_size=512,
        n_epochs=4,
        learning_rate=lambda left: 1e-5 + 1e-4 * left,
        gamma=1.0,
        gae_lambda=0.95,
        ent_coef=0.003,
        clip_range=0.2,
        target_kl=0.03,
        seed=seed,
        tensorboard_log=None if log is None else str(log),
        device="cpu",
    )


def _study(net: CandidateNet, lesson: Lesson, seed: int, *, turns: int = 40, batch: int = 256) -> None:
    """Teach the network to expect little regret: candidates' regrets, weighted with how likely it takes them.

    The cross-entropy that is added keeps decisions alive that cost little either way.
    """
    seen, regrets = torch.from_numpy(lesson.seen), torch.from_numpy(lesson.regrets)
    tried = torch.isfinite(regrets)
    best = regrets.argmin(dim=1)
    regrets = torch.where(tried, regrets, torch.zeros_like(regrets))
    regrets = regrets / regrets[tried].mean().clamp(min=1e-6)
    chance = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, turns)
    for _ in range(turns):
        for part in torch.split(torch.randperm(len(best), generator=chance), batch):
            scores = net.forward_actor(seen[part]).masked_fill(~tried[part], -1e9)
            expected = (scores.softmax(dim=1) * regrets[part]).sum(dim=1).mean()
            loss = expected + 0.2 * nn.functional.cross_entropy(scores, best[part])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
        schedule.step()


def _net(model: BaseAlgorithm) -> CandidateNet:
    net = model.policy.mlp_extractor
    assert isinstance(net, CandidateNet)  # a CandidatePolicy builds no other
    return net
