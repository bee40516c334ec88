"""Virtual plants in processes of their own, served on free ports of this computer."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from live_bridge.plant_process import PlantProcess, plant_server
from live_bridge.virtual import Setting
from tests.live_bridge.shops import shop

Serve = Callable[..., PlantProcess]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serve a shop; unencrypted unless the test asks for more, because most tests are about something else."""
    with ExitStack() as stack:

        def start(**changes: Any) -> PlantProcess:
            given: dict[str, Any] = {
                "scenario": shop(),
                "endpoint": "opc.tcp://127.0.0.1:0",
                "security": "none",
                "folder": tmp_path,
            }
            return stack.enter_context(plant_server(Setting(**(given | changes))))

        yield start
