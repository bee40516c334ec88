"""PyJobShop on one shop: reads it as JSON, answers with the schedule that it found and the CPU time that it took.

The model is ours, from its documentation. It has a limit of wall-clock time alone: the solver that it calls is stopped
from outside once it has had its processor time, which building a model is no part of.
"""

import json
import sys
import threading
import time

from ortools.sat.python import cp_model
from pyjobshop import Model


class Limited(cp_model.CpSolver):
    """The solver, for so many seconds of processor time; *spent* is what the last search took."""

    limit = 60.0
    spent = 0.0

    def solve(self, *given, **said):
        begin, over = time.process_time(), threading.Event()

        def watch() -> None:
            while not over.wait(0.05):
                if time.process_time() - begin >= Limited.limit:
                    self.stop_search()

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        found = super().solve(*given, **said)
        Limited.spent = time.process_time() - begin
        over.set()
        thread.join()
        return found


def main() -> int:
    asked = json.load(sys.stdin)
    model = Model()
    machines = [model.add_machine() for _ in range(asked["machines"])]
    for operations in asked["jobs"]:
        job = model.add_job()
        before = None
        for times in operations:
            task = model.add_task(job=job)
            for machine, ticks in times.items():
                model.add_mode(task, machines[int(machine)], ticks)
            if before is not None:
                model.add_end_before_start(before, task)
            before = task
    model.set_objective(weight_makespan=1)
    sys.modules["pyjobshop.solvers.ortools.CPModel"].CpSolver = Limited
    Limited.limit = asked["cpu"]
    found = model.solve(time_limit=20 * asked["cpu"], num_workers=asked["workers"], display=False)
    starts = [[task.resources[0], task.start, task.end] for task in found.best.tasks] if found.best.tasks else []
    print(json.dumps({"tasks": starts, "cpu": Limited.spent}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
