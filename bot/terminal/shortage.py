"""Too little memory, whoever says so and in whatever words."""

import errno

_WORDS = ("can't start new thread", "cannot allocate memory", "failed to map segment", "bad_alloc", "out of memory")
"""What libraries say that have an error of their own for everything."""


def is_shortage_of_memory(error: BaseException) -> bool:
    """Tell whether an error, or one that it came of, says that there is too little memory."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, MemoryError) or (isinstance(found, OSError) and found.errno == errno.ENOMEM):
            return True
        if any(words in str(found).lower() for words in _WORDS):
            return True
        found = found.__cause__ or found.__context__
    return False
