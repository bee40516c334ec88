"""The process that follows the floor for the pages: ``python -m ui.follow WORKSPACE ENDPOINT``."""

import signal
import sys
import time
from pathlib import Path
from types import FrameType

from live_bridge import Security
from plant_models.errors import FloorLost
from ui.desk import Desk
from ui.follower import Follower


def follow(folder: Path, endpoint: str, *, is_secure: bool = True) -> None:
    """Follow the plant at *endpoint* for ever, also while it does not answer."""
    follower = _follower(folder, endpoint, "Basic256Sha256" if is_secure else "none")
    try:
        while True:
            try:
                follower.follow(is_endless=True)
            except FloorLost as error:
                sys.stderr.write(f"{error}\n")
                time.sleep(1)
    finally:
        follower.close()


def _follower(folder: Path, endpoint: str, security: Security) -> Follower:
    """A follower, as soon as nobody else follows for this workspace."""
    told = ""
    while True:
        try:
            return Follower(
                Desk.open(folder), endpoint, security=security, say=lambda words: sys.stderr.write(f"{words}\n")
            )
        except FloorLost as error:
            if str(error) != told:
                told = str(error)
                sys.stderr.write(f"{told}\n")
            time.sleep(1)


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    follow(Path(sys.argv[1]), sys.argv[2], is_secure="--insecure" not in sys.argv[3:])
