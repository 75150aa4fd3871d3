"""Reading: what a published generation holds, and the passages that an answer cites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import func

from retrieval.articles import OutletCoverage
from retrieval.errors import IndexMissingError
from retrieval.store.arrays import from_halves, whole_numbers
from retrieval.store.selections import (
    LISTED,
    ORIGIN,
    built_from,
    in_portions,
    listed,
    live,
    readable,
    whole,
)
from retrieval.store.tables import embeddings, generations, passages, revisions, sentences
from retrieval.told import told
from retrieval.types import Article, ArticleHeader, LanguageCount, Passage, SourceCount, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray
    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database
    from retrieval.types import Period

_ORDER = (revisions.c.article_id, passages.c.id, sentences.c.id)
"""The order of every index: `passage_texts` and `vectors` must agree.

By article and not by revision, so that an index does not depend on the order in which articles came: what scores alike
then comes in the same order from an index that has grown as from one that is built anew.
"""


class StoredRevision(NamedTuple):
    """The revision of an article that a generation was built from."""

    id: int
    content_hash: str
    origin: str


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as the lexical index needs it."""

    id: int
    title: str
    published_at: datetime | None
    text: str
    sentences: tuple[Span, ...]
    """Offsets into `text`, the passage's own, not the article's."""
    source: str | None = None
    """The article's outlet."""
    revision: int = 0
    """The revision that it is of."""


@dataclass(frozen=True, slots=True)
class TextAround:
    """A passage with what stands before and after it: ``text == article.text[start:start + len(text)]``."""

    passage_id: int
    article: ArticleHeader
    start: int
    text: str


def _published(until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (revisions.c.published_at.is_not(None), revisions.c.published_at <= until)


class StoreQueries:
    """Reads what is stored; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def revisions_of(self, generation: int) -> dict[str, StoredRevision]:
        """The revisions of a generation by article id, without those of forgotten articles."""
        query = live(generation, revisions.c.article_id, revisions.c.id, revisions.c.content_hash, ORIGIN)
        with self._database.connect() as connection:
            rows = whole(connection, query)
        return {row[0]: StoredRevision._make(row[1:]) for row in rows}

    def has_origin(self, generation: int, beginning: str) -> bool:
        """Tell whether the origin of any article of a generation begins so; of what was forgotten none does."""
        query = live(generation, revisions.c.id).where(ORIGIN.startswith(beginning, autoescape=True)).limit(1)
        with self._database.connect() as connection:
            return connection.execute(query).first() is not None

    def generations(self) -> list[int]:
        """The numbers of all generations that are recorded, the oldest first."""
        with self._database.connect() as connection:
            return list(connection.execute(sa.select(generations.c.id).order_by(generations.c.id)).scalars())

    def passages(self, passage_ids: Sequence[int]) -> list[Passage]:
        """The passages with these ids, in this order; one that is gone or forgotten is left out."""
        if not passage_ids:
            return []
        with self._database.connect() as connection:
            spans = _sentence_spans(connection, passage_ids)
            found = {passage.id: passage for passage in _passages(connection, passage_ids, spans)}
        return [found[passage_id] for passage_id in passage_ids if passage_id in found]

    def texts_around(self, passage_ids: Sequence[int], margin: int) -> list[TextAround]:
        """The passages with these ids and up to `margin` characters of their articles before and after each.

        What is gone or forgotten is left out; the order is that of the articles, and within one that of its text.
        """
        first = sa.case((passages.c.start > margin, passages.c.start - margin), else_=0)
        text = text_between(first, passages.c.end + margin)
        query = (
            readable(passages.c.id, first.label("start"), text.label("text"), *_HEADER)
            .join(passages, passages.c.revision_id == revisions.c.id)
            .order_by(revisions.c.article_id, passages.c.id)
        )
        found: list[TextAround] = []
        with self._database.connect() as connection:
            for some in in_portions(passage_ids):
                for passage_id, start, content, *header in connection.execute(query.where(passages.c.id.in_(some))):
                    found.append(TextAround(passage_id, ArticleHeader(*header), start, content))
        return found

    def first_vector(self, passage_id: int, model: str) -> NDArray[np.float32] | None:
        """The vector of a passage's first sentence, shape (dimension,); None where it is not stored or embedded."""
        query = (
            sa.select(embeddings.c.vector)
            .join(sentences, sentences.c.text_hash == embeddings.c.text_hash)
            .where(sentences.c.passage_id == passage_id, embeddings.c.model == model)
            .order_by(sentences.c.id)
            .limit(1)
        )
        with self._database.connect() as connection:
            vector = connection.execute(query).scalar_one_or_none()
        return None if vector is None else from_halves(vector)

    def count_articles(self, generation: int) -> int:
        """How many articles of a generation are stored, forgotten ones among them."""
        with self._database.connect() as connection:
            count: int = connection.execute(listed(generation, func.count())).scalar_one()
        return count

    def is_embedded(self, generation: int, model: str) -> bool:
        """Whether all sentences of a generation have embeddings of a model, unless they were forgotten."""
        query = sa.select(generations.c.model).where(generations.c.id == generation)
        with self._database.connect() as connection:
            return connection.execute(query).scalar_one_or_none() == model

    def ordered_revisions(self, generation: int) -> NDArray[np.int64]:
        """The revisions that a generation was built from, in the order of its index, shape (articles,)."""
        query = built_from(generation, revisions.c.id).order_by(revisions.c.article_id)
        with self._database.connect() as connection:
            return whole_numbers(connection.execute(query).scalars().all())

    def ordered_keys(self, generation: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The same, with the ids of their first passages, by which no other revision is ever known.

        Numbers of revisions may be given again; what has no passage has a number below zero.
        """
        first = sa.select(func.min(passages.c.id)).where(passages.c.revision_id == revisions.c.id).scalar_subquery()
        # As what the list holds, and not joined to it: so the texts, among which all lie, are not looked up.
        is_listed = listed(generation, LISTED).where(revisions.c.id == LISTED).exists()
        query = sa.select(revisions.c.id, func.coalesce(first, -revisions.c.id)).where(is_listed)
        with self._database.connect() as connection:
            rows = whole(connection, query.order_by(revisions.c.article_id))
        found = whole_numbers(rows).reshape(-1, 2)
        return found[:, 0], found[:, 1]

    def count_sentences(self, numbers: Sequence[int]) -> dict[int, int]:
        """How many sentences each of some revisions has; one that has none is left out."""
        query = (
            sa.select(passages.c.revision_id, func.count())
            .join(sentences, sentences.c.passage_id == passages.c.id)
            .group_by(passages.c.revision_id)
        )
        found: dict[int, int] = {}
        with self._database.connect() as connection:
            for some in in_portions(numbers):
                rows = connection.execute(query.where(passages.c.revision_id.in_(some)))
                found.update((revision, count) for revision, count in rows)
        return found

    def passage_texts(self, generation: int) -> Iterator[PassageText]:
        """Every passage of a generation in the order of its index."""
        return self.passages_of(self.ordered_revisions(generation).tolist())

    def passages_of(self, numbers: Sequence[int]) -> Iterator[PassageText]:
        """Every passage of revisions, which are in the order of an index."""
        texts = sa.select(*(revisions.c[name] for name in ("id", "title", "published_at", "text", "source")))
        spans = (
            sa.select(passages.c.revision_id, passages.c.id, passages.c.start, passages.c.end)
            .add_columns(sentences.c.start.label("sentence_start"), sentences.c.end.label("sentence_end"))
            .join(sentences, sentences.c.passage_id == passages.c.id)
            .join(revisions, revisions.c.id == passages.c.revision_id)
            .order_by(*_ORDER)
        )
        with self._database.connect() as connection:
            for some in in_portions(numbers):
                by_id = {row.id: row for row in connection.execute(texts.where(revisions.c.id.in_(some)))}
                rows = connection.execute(spans.where(passages.c.revision_id.in_(some)))
                for (revision_id, passage_id, start, end), group in groupby(rows, key=lambda row: row[:4]):
                    inside = tuple(Span(row.sentence_start - start, row.sentence_end - start) for row in group)
                    of = by_id[revision_id]
                    text = of.text[start:end]
                    yield PassageText(passage_id, of.title, of.published_at, text, inside, of.source, revision_id)

    def vectors(self, numbers: Sequence[int], model: str) -> Iterator[NDArray[np.float32]]:
        """Blocks of shape (rows, dimension): the sentence vectors of revisions, which are in the order of an index.

        A sentence without an embedding is left out, so that the caller's count of rows tells.
        """
        for hashes, found in self.hashed_vectors(numbers, model):
            rows = [found[text_hash] for text_hash in hashes if text_hash in found]
            if rows:
                yield from_halves(b"".join(rows)).reshape(len(rows), -1)

    def hashed_vectors(
        self, numbers: Sequence[int], model: str
    ) -> Iterator[tuple[Sequence[bytes], dict[bytes, bytes]]]:
        """The hashes of the sentences of revisions in the order of an index, a portion at a time, with their vectors.

        Vectors are as they are stored, by those hashes that have one.
        """
        hashes_of = _in_order_of_index(sentences.c.text_hash)
        with self._database.connect() as connection:
            for some in in_portions(numbers):
                hashes = connection.execute(hashes_of.where(passages.c.revision_id.in_(some))).scalars().all()
                for portion in in_portions(hashes):
                    yield portion, _vectors_by_hash(connection, model, portion)

    def sentence_ids(self, generation: int) -> NDArray[np.int64]:
        """The ids of a generation's sentences in the order of its index, shape (sentences,)."""
        ids_of = _in_order_of_index(sentences.c.id)
        with self._database.connect() as connection:
            ids = [
                sentence
                for some in in_portions(self.ordered_revisions(generation).tolist())
                for sentence in connection.execute(ids_of.where(passages.c.revision_id.in_(some))).scalars()
            ]
        return whole_numbers(ids)

    def sources(self, generation: int) -> tuple[SourceCount, ...]:
        """Articles by outlet, the largest first; articles without an outlet are counted under ``""``."""
        name = func.coalesce(revisions.c.source, "")
        query = live(generation, name, func.count()).group_by(name).order_by(func.count().desc(), name)
        with self._database.connect() as connection:
            return tuple(SourceCount(*row) for row in connection.execute(query))

    def languages(self, generation: int) -> tuple[LanguageCount, ...]:
        """Articles by language, the most frequent first, those of an unknown one last of their number."""
        language = revisions.c.language
        query = (
            live(generation, language, func.count())
            .group_by(language)
            .order_by(func.count().desc(), language.is_(None), language)
        )
        with self._database.connect() as connection:
            return tuple(LanguageCount(*row) for row in connection.execute(query))

    def date_range(self, generation: int) -> tuple[date | None, date | None]:
        """Dates of the oldest and the newest article; None where no article has a date."""
        query = live(generation, func.min(revisions.c.published_at), func.max(revisions.c.published_at))
        with self._database.connect() as connection:
            first, last = connection.execute(query).one()
        return (first and first.date(), last and last.date())

    def newest_of_origins(self, generation: int, until: datetime) -> dict[str, datetime]:
        """When the newest article of each origin was published, `until` a moment; of what has dates."""
        query = live(generation, ORIGIN, func.max(revisions.c.published_at)).group_by(ORIGIN)
        with self._database.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query.where(*_published(until)))}

    def moments_of_origins(self, generation: int, since: datetime, until: datetime) -> Iterator[tuple[str, datetime]]:
        """Origin and moment of each article that was published from `since` `until` a moment, the oldest first."""
        query = live(generation, ORIGIN, revisions.c.published_at).order_by(revisions.c.published_at)
        with self._database.connect() as connection:
            for row in connection.execute(query.where(revisions.c.published_at >= since, *_published(until))):
                yield row[0], row[1]

    def outlets(self, generation: int) -> tuple[OutletCoverage, ...]:
        """What each outlet has contributed, the largest first; articles without an outlet count under ``""``."""
        name = func.coalesce(revisions.c.source, "")
        moments = (func.min(revisions.c.published_at), func.max(revisions.c.published_at))
        query = live(generation, name, func.count(), *moments).group_by(name).order_by(func.count().desc(), name)
        with self._database.connect() as connection:
            return tuple(
                OutletCoverage(outlet, count, first and first.date(), last and last.date())
                for outlet, count, first, last in connection.execute(query)
            )

    def article_revisions(self, generation: int) -> list[tuple[str, int]]:
        """The id of every article of a generation with the number of its revision."""
        query = live(generation, revisions.c.article_id, revisions.c.id)
        with self._database.connect() as connection:
            return [(article_id, revision) for article_id, revision in connection.execute(query)]

    def passage_ids(self, generation: int, article_id: str) -> frozenset[int]:
        """The ids of the passages of an article in a generation; none where it is not there, or forgotten."""
        query = live(generation, passages.c.id).join(passages, passages.c.revision_id == revisions.c.id)
        with self._database.connect() as connection:
            return frozenset(connection.execute(query.where(revisions.c.article_id == article_id)).scalars())

    def article(self, revision: int) -> Article | None:
        """The whole article of a revision; None where it is gone or forgotten."""
        with self._database.connect() as connection:
            row = connection.execute(readable(*_ARTICLE).where(revisions.c.id == revision)).one_or_none()
        return None if row is None else Article(*row)

    def headers(self, generation: int) -> list[ArticleHeader]:
        """The articles of a generation without their texts, the newest first, those without a date last."""
        moment = revisions.c.published_at
        query = live(generation, *_HEADER).order_by(moment.is_(None), moment.desc(), revisions.c.article_id)
        with self._database.connect() as connection:
            return [ArticleHeader(*row) for row in connection.execute(query)]

    def articles(self, generation: int) -> Iterator[Article]:
        """The articles of a generation in the order of their ids, some at a time.

        Raises:
            IndexMissingError: the generation was deleted meanwhile, so that there may have been more.

        """
        with self._database.connect() as connection:
            for some in in_portions(self.ordered_revisions(generation).tolist()):
                found = live(generation, *_ARTICLE).where(revisions.c.id.in_(some)).order_by(revisions.c.article_id)
                for row in connection.execute(found).all():
                    yield Article(*row)
            kept = sa.select(generations.c.id).where(generations.c.id == generation)
            if connection.execute(kept).first() is None:
                raise IndexMissingError(told("the index was replaced while its articles were read: read them again"))

    def first_passages(
        self, generation: int, period: Period | None, outlets: Collection[str] | None, most: int
    ) -> list[int]:
        """The ids of the first passages of up to `most` dated articles of a period and of outlets, the newest first."""
        moment = revisions.c.published_at
        query = live(generation, func.min(passages.c.id)).join(passages, passages.c.revision_id == revisions.c.id)
        query = query.where(moment.is_not(None)).group_by(revisions.c.id, moment, revisions.c.article_id)
        if period is not None:
            query = query.where(moment >= datetime.combine(period.first, time.min))
            query = query.where(moment <= datetime.combine(period.last, time.max))
        if outlets is not None:
            query = query.where(revisions.c.source.in_(outlets))
        with self._database.connect() as connection:
            return list(connection.execute(query.order_by(moment.desc(), revisions.c.article_id).limit(most)).scalars())

    def beginnings(self, generation: int, articles: Collection[str]) -> list[Passage]:
        """The first passages of some articles, by the ids of these."""
        # By themselves, or SQLite would go through all that the generation lists and look at the article of each.
        named = sa.select(revisions.c.id).where(revisions.c.article_id.in_(list(articles)))
        query = live(generation, func.min(passages.c.id)).join(passages, passages.c.revision_id == revisions.c.id)
        query = query.where(revisions.c.id.in_(named)).group_by(revisions.c.id)
        with self._database.connect() as connection:
            ids = list(connection.execute(query).scalars())
        return self.passages(ids)

    def newest_of(self, revision_ids: Collection[int], count: int) -> list[int]:
        """Up to `count` of these revisions, the newest first, those without a date last."""
        query = sa.select(revisions.c.id).order_by(revisions.c.published_at.desc().nulls_last(), revisions.c.id)
        with self._database.connect() as connection:
            wanted = (number for number in connection.execute(query).scalars() if number in revision_ids)
            return list(islice(wanted, count))

    def newest_articles(self, generation: int, count: int) -> list[Article]:
        """Up to `count` articles of a generation that have a date, the newest first."""
        query = (
            live(generation, *_ARTICLE)
            .where(revisions.c.published_at.is_not(None))
            .order_by(revisions.c.published_at.desc(), revisions.c.id)
            .limit(count)
        )
        with self._database.connect() as connection:
            return [Article(*row) for row in connection.execute(query)]


_HEADER = tuple(revisions.c[name] for name in ("article_id", "title", "published_at", "source", "url", "language"))
"""The fields of an `ArticleHeader`, in their order."""
_ARTICLE = (
    revisions.c.article_id,
    revisions.c.title,
    revisions.c.text,
    revisions.c.published_at,
    revisions.c.source,
    revisions.c.url,
    revisions.c.language,
)
"""The fields of an `Article`, in their order."""


def _vectors_by_hash(connection: Connection, model: str, text_hashes: Sequence[bytes]) -> dict[bytes, bytes]:
    """Look vectors up by their key: joined to the sentences, SQLite would go through all vectors of the model."""
    query = sa.select(embeddings.c.text_hash, embeddings.c.vector).where(
        embeddings.c.model == model, embeddings.c.text_hash.in_(text_hashes)
    )
    return {row.text_hash: row.vector for row in connection.execute(query)}


def _in_order_of_index(column: sa.Column[Any]) -> sa.Select[Any]:
    """Select a column of sentences in the order of every index; to be restricted to some revisions."""
    return (
        sa.select(column)
        .join(passages, passages.c.id == sentences.c.passage_id)
        .join(revisions, revisions.c.id == passages.c.revision_id)
        .order_by(*_ORDER)
    )


def text_between(start: sa.ColumnElement[int], end: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    """The slice ``text[start:end]`` in SQL, whose positions begin at 1."""
    return func.substr(revisions.c.text, start + 1, end - start)


def _sentence_spans(connection: Connection, passage_ids: Sequence[int]) -> dict[int, list[Span]]:
    query = (
        sa.select(sentences.c.passage_id, sentences.c.start, sentences.c.end)
        .where(sentences.c.passage_id.in_(passage_ids))
        .order_by(sentences.c.id)
    )
    spans: dict[int, list[Span]] = {passage_id: [] for passage_id in passage_ids}
    for passage_id, start, end in connection.execute(query):
        spans[passage_id].append(Span(start, end))
    return spans


def _passages(connection: Connection, passage_ids: Sequence[int], spans: dict[int, list[Span]]) -> Iterator[Passage]:
    query = (
        readable(
            passages.c.id,
            passages.c.start,
            passages.c.end,
            text_between(passages.c.start, passages.c.end).label("text"),
            revisions.c.article_id,
            revisions.c.title,
            revisions.c.published_at,
            revisions.c.source,
            revisions.c.url,
            revisions.c.language,
        )
        .join(passages, passages.c.revision_id == revisions.c.id)
        .where(passages.c.id.in_(passage_ids))
    )
    for row in connection.execute(query):
        header = ArticleHeader(row.article_id, row.title, row.published_at, row.source, row.url, row.language)
        yield Passage(row.id, header, row.start, row.end, row.text, tuple(spans[row.id]))
