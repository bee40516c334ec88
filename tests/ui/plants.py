"""Small plants that tests of both faces, the command line and the pages, ask about."""

ENDLESS = """\
scenario: counter
work_centers: {counter: {machines: [clerk]}}
products: {call: {routing: [{counter: {exponential: 5 min}}]}}
arrivals: {calls: {product: call, between: {exponential: 10 min}, due_after: 30 min}}
"""
"""A counter at which people keep calling."""
