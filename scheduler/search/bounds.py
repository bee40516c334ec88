"""What no schedule can go below: jobs that have the shop for themselves, and what each machine has to do.

References
----------
J. R. Jackson: An extension of Johnson's results on job lot scheduling. Naval Research Logistics Quarterly 3 (1956)
201-203. J. Carlier: The one-machine sequencing problem. European Journal of Operational Research 11 (1982) 42-47.
"""

from collections.abc import Sequence
from heapq import heappop, heappush

from scheduler.search.shop import Shop


def least_makespan(shop: Shop) -> int:
    """A makespan that no schedule can go below.

    Each machine is given only what no other can do, which it may interrupt; setups take no time.
    """
    found = 0
    alone: list[list[tuple[int, int, int]]] = [[(machine.free, 0, 0)] for machine in shop.machines]
    for job in shop.jobs:
        head, heads = 0, []
        for operation in job.operations:
            head = max(head, operation.ready)
            heads.append(head)
            head += min(operation.work.values())
        tail = job.rest
        for operation, begin in zip(reversed(job.operations), reversed(heads), strict=True):
            work = min(operation.work.values())
            found = max(found, begin + work + tail)
            if len(operation.work) == 1:
                machine = next(iter(operation.work))
                alone[machine].append((max(begin, shop.machines[machine].free), work, tail))
            tail += work
    return max(found, *map(_interrupted, alone), _shared(shop))


def least_tardiness(shop: Shop) -> int:
    """A weighted tardiness that no schedule can go below: each job has the shop for itself."""
    found = 0
    for job in shop.jobs:
        end = 0
        for operation in job.operations:
            ends = (max(end, operation.ready, shop.machines[m].free) + work for m, work in operation.work.items())
            end = min(ends)
        found += job.weight * max(0, end + job.rest - job.due)
    return found


def _shared(shop: Shop) -> int:
    """All the work, evenly spread over all machines."""
    work = sum(min(operation.work.values()) for operation in shop.operations)
    return -(-(work + sum(machine.free for machine in shop.machines)) // len(shop.machines)) if work else 0


def _interrupted(tasks: Sequence[tuple[int, int, int]]) -> int:
    """When all is over that one machine does, the longest tail first, if it may interrupt (head, work, tail)."""
    waiting: list[list[int]] = []
    coming = sorted(tasks)
    time, at, found = 0, 0, 0
    while at < len(coming) or waiting:
        if not waiting:
            time = max(time, coming[at][0])
        while at < len(coming) and coming[at][0] <= time:
            head, work, tail = coming[at]
            heappush(waiting, [-tail, head, work])
            at += 1
        tail, _, left = waiting[0]
        until = min(time + left, coming[at][0]) if at < len(coming) else time + left
        waiting[0][2] -= until - time
        time = until
        if waiting[0][2] == 0:
            heappop(waiting)
            found = max(found, time - tail)
    return found
