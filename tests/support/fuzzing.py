"""How many inputs a fuzzed test takes: a few that are the same each time, or as many as ``FUZZ_EXAMPLES`` says."""

import os

from hypothesis import HealthCheck, settings

_ALL = os.environ.get("FUZZ_EXAMPLES")
FULL_LENGTH = _ALL is not None
FEWEST = 25
EXAMPLES = int(_ALL or FEWEST)


def fuzzed(examples=EXAMPLES):
    """Settings of a fuzzed test; `examples` for those that take longer than others."""
    return settings(
        max_examples=examples,
        derandomize=not FULL_LENGTH,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
