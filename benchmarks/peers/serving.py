"""A process for each engine: it reads a run to play on each line of its input and answers with what it measured."""

import contextlib
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Played(NamedTuple):
    """What a run did: operations that ended, and the figure that shows it was the same plant.

    *value* is the throughput of a line in parts per mean work time, or the makespan of a shop in milliseconds.
    *seconds* is the CPU time of a model that measures itself, because building it is not part of playing it.
    """

    operations: int
    value: float
    seconds: float | None = None


Model = Callable[[int, int], Played]
"""(parts or shops to play, seed) -> what came of it."""


class Stopwatch:
    """CPU seconds between entering and leaving."""

    seconds = 0.0

    def __enter__(self) -> "Stopwatch":
        self._begin = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += time.process_time() - self._begin


def serve(models: Mapping[str, Model | str]) -> None:
    """Answer until the input ends. A model that is a text says why this engine cannot play the case."""
    answers = os.fdopen(os.dup(1), "w")
    with contextlib.redirect_stdout(sys.stderr):  # some libraries talk while they work
        for line in sys.stdin:
            answers.write(json.dumps(_answer(models, json.loads(line))) + "\n")
            answers.flush()


def _answer(models: Mapping[str, Model | str], wanted: dict[str, Any]) -> dict[str, Any]:
    model = models[wanted["case"]]
    if isinstance(model, str):
        return {"cannot": model}
    gc.collect()
    with Stopwatch() as watch:
        played = model(wanted["size"], wanted["seed"])
    seconds = watch.seconds if played.seconds is None else played.seconds
    return {"operations": played.operations, "value": played.value, "seconds": seconds}
