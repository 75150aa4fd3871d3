"""Where the bot waits for what is stored about people."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from bot.people.store import PeopleStore

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class PeopleDesk:
    """Does the store's work beside the event loop, one thing after another."""

    def __init__(self, store: PeopleStore) -> None:
        self._store = store
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="people")

    @property
    def store(self) -> PeopleStore:
        """The store itself, for what works on threads of its own."""
        return self._store

    @property
    def is_shared(self) -> bool:
        """Whether other bots may store there, and forget."""
        return self._store.is_shared

    async def do(
        self,
        work: Callable[Concatenate[PeopleStore, _Parameters], _Result],
        *args: _Parameters.args,
        **kwargs: _Parameters.kwargs,
    ) -> _Result:
        """Call a method of the store, such as ``do(PeopleStore.language, 1001)``."""
        # A future of its own: cancelling who waits does not cancel what has begun.
        return await asyncio.wrap_future(self._executor.submit(work, self._store, *args, **kwargs))

    def close(self) -> None:
        """Finish what is waiting, and close the store."""
        self._executor.shutdown(wait=True)
        self._store.close()
