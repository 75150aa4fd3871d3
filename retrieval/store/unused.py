"""Embeddings: of which models there are any, and forgetting those that no sentence has any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.store.selections import in_portions
from retrieval.store.tables import embeddings, sentences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy.engine import Connection


def models_of(connection: Connection) -> Iterator[str]:
    """The models that there are embeddings of, by a look into the index for each: there may be millions of these."""
    last = ""
    query = sa.select(sa.func.min(embeddings.c.model))
    while (found := connection.execute(query.where(embeddings.c.model > last)).scalar()) is not None:
        last = str(found)
        yield last


def forget_unused(connection: Connection, text_hashes: Collection[bytes]) -> None:
    """Forget those of the embeddings of texts with these hashes that belong to no sentence.

    They are looked up by model and hash, as they are indexed: by the hash alone all that there are are looked through.
    """
    of_a_sentence = sa.exists().where(sentences.c.text_hash == embeddings.c.text_hash)
    for model in list(models_of(connection)):
        for some in in_portions(list(text_hashes)):
            theirs = sa.and_(embeddings.c.model == model, embeddings.c.text_hash.in_(some))
            connection.execute(sa.delete(embeddings).where(theirs, ~of_a_sentence))
