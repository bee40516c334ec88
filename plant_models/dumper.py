"""How plain values stand in a YAML file of ours."""

from typing import Any

import yaml

from plant_models.documents import plain
from plant_models.entries.nouns import Row


class Dumper(yaml.SafeDumper):
    """Text that would be read as something else is quoted; nothing is said by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        """Everything is written where it stands."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    is_safe = isinstance(plain(text), str)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_safe else "'")


def _row(dumper: yaml.SafeDumper, row: Row) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", row.items(), flow_style=True)


Dumper.add_representer(str, _text)
Dumper.add_representer(Row, _row)
