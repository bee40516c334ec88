"""A shift in a process of its own, to be killed: ``shift_process.py JOURNAL ENDPOINT``."""

import sys

from live_bridge import OpcUaMirror, resume, run_shift
from tests.live_bridge.shops import shop
from twin.journal import Journal


def main(where: str, endpoint: str) -> None:
    with Journal(where) as journal, OpcUaMirror(endpoint, shop().plant, journal, security="none") as mirror:
        mirror.connect()
        floor = resume(mirror)
        assert floor is not None
        sys.stdout.write(f"{run_shift(floor).ending}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
