"""What tests of faults share."""

import pytest
from faulty_files import compiled


@pytest.fixture(scope="session")
def faulty_files(tmp_path_factory):
    """The compiled `faulty_files.c`."""
    library, reason = compiled(tmp_path_factory.mktemp("compiled"))
    if library is None:
        pytest.skip(reason)
    return library
