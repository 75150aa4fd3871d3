"""Whatever a file, a server's response or a record of ours holds, it is read, or one line says what is wrong."""

from pathlib import Path

import pytest
from fuzz_targets import TARGETS
from fuzzing import EXAMPLES, FEWEST, fuzzed
from hypothesis import given
from mutating import mutated

KEPT = sorted(path for path in (Path(__file__).parent / "seeds").glob("*/*"))
"""Inputs that broke something once, in a folder for each target."""


@pytest.mark.parametrize("name", sorted(TARGETS))
@pytest.mark.filterwarnings("ignore::DeprecationWarning:mammoth")
def test_damaged_input_ends_as_it_should(name):
    target = TARGETS[name]

    @fuzzed(max(EXAMPLES // target.cost, FEWEST))
    @given(mutated(target.seeds))
    def check(data):
        target.check(data)

    check()


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_broke_something_once_does_no_more(path):
    TARGETS[path.parent.name].check(path.read_bytes())
