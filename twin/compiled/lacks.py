"""Until when an order lacks something before a machine that is free for it: `twin.needs.lacks`.

Otherwise a time, milliseconds since the epoch.
"""

from twin.compiled.arrays import FAR

NOTHING = -1
"""It lacks nothing."""
COMES = FAR + 1
"""What it lacks is sure to come, though nobody knows when; FAR where nobody knows whether."""
