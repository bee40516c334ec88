"""The process that follows the floor for the pages: ``python -m ui.follow WORKSPACE ENDPOINT``."""

import signal
import sys
import time
from pathlib import Path
from types import FrameType

from plant_models.errors import FloorLost
from ui.desk import Desk
from ui.follower import Follower


def follow(folder: Path, endpoint: str, *, is_secure: bool = True) -> None:
    """Follow the plant at *endpoint* for ever, also while it does not answer."""
    follower = Follower(
        Desk.open(folder),
        endpoint,
        security="Basic256Sha256" if is_secure else "none",
        say=lambda words: sys.stderr.write(f"{words}\n"),
    )
    try:
        while True:
            try:
                follower.follow(is_endless=True)
            except FloorLost as error:
                sys.stderr.write(f"{error}\n")
                time.sleep(1)
    finally:
        follower.close()


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    follow(Path(sys.argv[1]), sys.argv[2], is_secure="--insecure" not in sys.argv[3:])
