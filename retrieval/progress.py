"""How a long run tells how far it is."""


class Progress:
    """Told what an indexing run does; this one keeps silent, the command line draws a bar."""

    def reading(self, articles: int) -> None:
        """`articles` were read so far."""

    def embedding(self, done: int, total: int) -> None:
        """`done` of `total` sentences are embedded."""

    def building(self) -> None:
        """The new generation is being written and checked."""

    def announce(self, message: str) -> None:
        """Something that happens once and takes seconds, such as preparing the model."""


class TrialProgress(Progress):
    """Told what a trial does, beside what its indexing does; this one keeps silent."""

    def asking(self, system: str, done: int, total: int) -> None:
        """`done` of `total` questions were put to `system`."""
