"""Workers that are lost: how often that is made good, and what is said when it goes on."""

LOSSES = 5
"""How many times a lost worker's tasks are given to another one."""


def lost_again(losses: int, workers: int) -> ChildProcessError:
    """What to raise where workers are lost again and again."""
    return ChildProcessError(
        f"worker processes were lost {losses} times, the last time with {workers} of them: killed, or out of memory? "
        f"Fewer workers need less memory"
    )
