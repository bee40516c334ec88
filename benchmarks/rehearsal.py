"""A hundred rehearsals of the machine shop on two cores."""

from _table import at_most, medians, seconds, show

from plant_models import read
from twin import RULES, opening, rehearse

RUNS, WORKERS = 100, 2


def main() -> int:
    scenario = read.scenario("machine-shop")
    plant = scenario.plant

    def play(rule: str) -> float:
        state = opening(plant, scenario.orders)
        return seconds(lambda: rehearse(plant, state, RULES[rule], runs=RUNS, seed=1, workers=WORKERS))

    play("fifo")
    fifo, atc = medians(3, lambda: play("fifo"), lambda: play("atc"))
    return show(
        f"{RUNS} rehearsals of the machine shop, {WORKERS} workers",
        [("first in, first out", fifo, "s"), ("apparent tardiness cost", atc, "s")],
        [at_most("100 rehearsals, slower rule, s", max(fifo, atc), 10.0)],
    )


if __name__ == "__main__":
    raise SystemExit(main())
