"""Evaluations are paired, repeatable, and say so when they show nothing."""

import pytest

from rl.books import shaken
from rl.evaluate import Evaluation, evaluate
from tests.rl.nets import untrained
from tests.rl.shops import small_shop
from twin.policies.rules import RULES, atc

SHOP = small_shop(10)


def test_a_rule_differs_from_itself_by_exactly_zero() -> None:
    line = evaluate(SHOP, atc, runs=5, rules=("atc", "lpt")).line("atc")
    assert (line.difference, line.low, line.high, line.verdict) == (0, 0, 0, "no difference shown")


@pytest.mark.parametrize("book", ["own", "shaken"])
def test_the_same_seed_gives_the_same_table(book: str) -> None:
    def table(seed: int) -> str:
        return str(evaluate(SHOP, untrained(), runs=4, seed=seed, book=book, rules=("atc", "spt")).to_frame())

    assert table(3) == table(3) != table(4)


def test_the_table_has_a_row_for_each_rule_with_the_best_first() -> None:
    found = evaluate(SHOP, untrained(), runs=3, objective="makespan")
    frame = found.to_frame()
    assert sorted(frame["rule"]) == sorted(RULES)
    assert frame["rule"][0] == found.best_rule
    assert frame["rule_cost_hours"].is_monotonic_increasing


def _evaluation(policy: list[float], rule: list[float]) -> Evaluation:
    rules = {"edd": rule, "spt": [99.0] * len(rule)}
    return Evaluation(objective="makespan", book="own", seed=1, policy=policy, rules=rules)


def test_the_verdict_is_said_in_words() -> None:
    better = _evaluation([1.0, 2.0, 3.0], [2.0, 3.1, 3.9])
    assert better.words().startswith("The policy is better than the best rule, edd: -33.3%")
    assert _evaluation([2.0, 3.1, 3.9], [1.0, 2.0, 3.0]).line("edd").verdict == "worse"
    assert _evaluation([1.0, 3.0], [3.0, 1.0]).words().startswith("No difference shown against the best rule, edd (")


def test_one_run_or_an_unknown_objective_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2, not 1"):
        evaluate(SHOP, atc, runs=1)
    with pytest.raises(ValueError, match="no objective 'profit'; there are makespan, weighted_tardiness"):
        evaluate(SHOP, atc, objective="profit")


def test_a_shaken_book_is_of_the_same_kind_and_fixed_by_its_seed() -> None:
    sizes = set()
    for seed in range(30):
        book = shaken(SHOP, seed)
        assert book == shaken(SHOP, seed)
        assert {o.product for o in book.orders} <= {o.product for o in SHOP.orders}
        assert {o.release for o in book.orders} <= {o.release for o in SHOP.orders}
        assert all(o.due is None or o.due >= o.release for o in book.orders)
        sizes.add(len(book.orders))
    assert len(sizes) > 1
    assert shaken(SHOP.with_orders(()), 1).orders == ()
