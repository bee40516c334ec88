"""The edge of the command line: what goes wrong becomes one message on standard error and an exit code."""

import json
import os
import sys
from collections.abc import Callable

import typer

from plant_models.errors import CorruptJournal, FloorLost, Infeasible, InvalidPlant, NotApproved

EXTRAS = {"torch": "rl", "stable_baselines3": "rl", "sb3_contrib": "rl", "tensorboard": "rl"} | {
    "dask": "cluster",
    "distributed": "cluster",
    "ray": "cluster",
}
"""Libraries that come with an extra, and with which one."""


STOPPED = 130
"""The exit code of what was interrupted at the keyboard (128 and the number of SIGINT)."""


def run(command: Callable[..., object]) -> int:
    """Run *command*, and turn what goes wrong into one message and an exit code."""
    try:
        code = command(standalone_mode=False)
    except typer.Abort:
        return _complain("stopped", code=STOPPED)
    except KeyboardInterrupt:
        return _complain("stopped", code=STOPPED)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except (InvalidPlant, Infeasible, NotApproved, FloorLost, CorruptJournal) as error:
        return _complain(str(error))
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(error.name or "")
        if extra is None:
            raise
        return _complain(f"this needs {error.name}: pip install 'foreshift[{extra}]'")
    except OSError as error:
        return _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except Exception as error:  # the edge of a process: whatever it is, it is told in words
        formatted = getattr(error, "format_message", None)
        if formatted is not None:
            return _complain(str(formatted()))
        if os.environ.get("FORESHIFT_DEBUG"):
            raise
        return _complain(
            f"unexpected {type(error).__name__}: {error}\nFORESHIFT_DEBUG=1 shows "
            f"where; please report it with what you typed.",
            code=1,
        )
    if code == STOPPED:
        return _complain("stopped", code=STOPPED)
    return code if isinstance(code, int) else 0


def _complain(words: str, *, code: int = 2) -> int:
    """Say it to whoever reads the terminal, and with --json to the program that reads the output too."""
    sys.stderr.write(f"foreshift: {words}\n")
    if "--json" in sys.argv[1:]:
        sys.stdout.write(json.dumps({"error": words, "exit_code": code}) + "\n")
    return code
