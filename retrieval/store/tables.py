"""The tables. A change here goes with a migration in `retrieval/store/migrations`."""

import sqlalchemy as sa

from retrieval.store.half_vectors import HALF_VECTOR

SCHEMA_REVISION = "0008"
"""Head of the migrations, known here so that reading needs no Alembic."""
READABLE_REVISIONS = frozenset(("0003", "0004", "0005", "0006", "0007", SCHEMA_REVISION))
"""Those that can be read as they are, in SQLite: 0004 only adds where forgotten articles stood, and forgetting alone
asks that; those after it change nothing there but for an index, and what was received, which only writers ask for."""
ORDERED_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""What comes in the same order from every database: by its code points."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

revisions = sa.Table(
    "revision",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("article_id", ORDERED_TEXT, nullable=False, index=True),  # hashed on PostgreSQL: an id may be any text
    sa.Column("content_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("published_at", sa.DateTime),
    sa.Column("source", ORDERED_TEXT),
    sa.Column("url", sa.Text),
    sa.Column("language", ORDERED_TEXT),
)
passages = sa.Table(
    "passage",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("revision_id", sa.ForeignKey("revision.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sqlite_autoincrement=True,  # indexes hold these ids: one must never come to mean another passage
)
sentences = sa.Table(
    "sentence",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("passage_id", sa.ForeignKey("passage.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("text_hash", sa.LargeBinary(16), nullable=False, index=True),
)
embeddings = sa.Table(
    "embedding",
    metadata,
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("text_hash", sa.LargeBinary(16), primary_key=True),
    sa.Column("vector", HALF_VECTOR, nullable=False),
)
generations = sa.Table(
    "generation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("model", sa.String(64), nullable=False),  # whose embeddings it has; empty where they were deleted
)
generation_revisions = sa.Table(
    "generation_revision",
    metadata,
    sa.Column("generation_id", sa.ForeignKey("generation.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision_id", sa.ForeignKey("revision.id"), primary_key=True, index=True),
    # Which of the operator's sources the article was read from: a source that fails to open removes nothing.
    sa.Column("origin", sa.Text, nullable=False),
)
retractions = sa.Table(
    "retraction",
    metadata,
    sa.Column("article_id", ORDERED_TEXT, primary_key=True),
    sa.Column("retracted_at", sa.DateTime, nullable=False),
)
# What a forgotten article said, as hashes: a copy under another id stays away too.
retracted_texts = sa.Table(
    "retracted_text",
    metadata,
    sa.Column("article_id", ORDERED_TEXT, sa.ForeignKey("retraction.article_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("digest", sa.LargeBinary(16), primary_key=True),
)
# Where a forgotten article stood, as hashes: it may be let back by its address.
retracted_addresses = sa.Table(
    "retracted_address",
    metadata,
    sa.Column("article_id", ORDERED_TEXT, sa.ForeignKey("retraction.article_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("digest", sa.LargeBinary(16), primary_key=True),
)
# Revisions that nobody may read any more; their rows stay as long as a kept generation lists them, without text.
retracted_revisions = sa.Table(
    "retracted_revision",
    metadata,
    sa.Column("revision_id", sa.ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True),
)
signatures = sa.Table(
    "signature",
    metadata,
    sa.Column("revision_id", sa.ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("recipe", sa.String(64), nullable=False),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
)
# Which articles of a generation tell the same story; those that stand alone have no row.
stories = sa.Table(
    "story",
    metadata,
    sa.Column("generation_id", sa.ForeignKey("generation.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision_id", sa.ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("story", sa.Integer, nullable=False),
    sa.Index("ix_story_generation_id_story", "generation_id", "story"),
)
# Articles that were not stored, since the revision has the same title and text: who else published it.
copies = sa.Table(
    "copy",
    metadata,
    sa.Column("generation_id", sa.ForeignKey("generation.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("article_id", ORDERED_TEXT, primary_key=True),
    sa.Column("revision_id", sa.ForeignKey("revision.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("source", ORDERED_TEXT),
    sa.Column("url", sa.Text),
    sa.Column("published_at", sa.DateTime),
)
# Articles that were sent to Citebot and that no source holds; what of them is published is a revision as well.
received = sa.Table(
    "received",
    metadata,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("batch", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("article_id", ORDERED_TEXT, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    # Of its text, by which it is told what was forgotten.
    sa.Column("digest", sa.LargeBinary(16), nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.Column("received_at", sa.DateTime, nullable=False),
)
