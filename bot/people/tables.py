"""The tables. A change here goes with a migration in `bot/people/migrations`."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

VERSION_TABLE = "people_version"
"""Where Alembic notes the schema: a name of its own, since the database may be the one that holds the articles."""
SCHEMA_REVISION = "0008"
"""What Alembic notes there once every migration was run."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

people = sa.Table(
    "person",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("language", sa.String(8)),
    # False from the moment Telegram says that the person has blocked the bot.
    sa.Column("active", sa.Boolean, nullable=False),
    # In private: exchanges up to this one are not part of the conversation any more.
    sa.Column("conversation_after", sa.Integer, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False, index=True),
)
exchanges = sa.Table(
    "exchange",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("chat_kind", sa.String(16), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("understood", sa.Text, nullable=False),
    sa.Column("asked_at", sa.DateTime, nullable=False, index=True),
    # A `retrieval.types.Certainty`.
    sa.Column("certainty", sa.String(8), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("took_ms", sa.Float, nullable=False),
    # Whether the best passages were read for the answer, which takes time that a crowd does not leave.
    sa.Column("was_read", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("conversation", sa.JSON, nullable=False),
    sa.Column("previous_id", sa.ForeignKey("exchange.id", ondelete="SET NULL"), index=True),
    # The message that holds the answer: in a group a reply to it goes on with the conversation.
    sa.Column("message_id", sa.BigInteger),
    sqlite_autoincrement=True,  # buttons hold these numbers: one must never come to mean another answer
)
shown = sa.Table(
    "shown",
    metadata,
    sa.Column("exchange_id", sa.ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
)
ratings = sa.Table(
    "rating",
    metadata,
    sa.Column("exchange_id", sa.ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("person_id", sa.BigInteger, primary_key=True, autoincrement=False, index=True),
    sa.Column("useful", sa.Boolean, nullable=False),
    sa.Column("rated_at", sa.DateTime, nullable=False),
)
judgements = sa.Table(
    "judgement",
    metadata,
    sa.Column("exchange_id", sa.ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True),
    # The article that answers the question, as an operator says; None where no article does.
    sa.Column("article_id", sa.Text),
    sa.Column("judged_at", sa.DateTime, nullable=False),
)
later_answers = sa.Table(
    "later_answer",
    metadata,
    sa.Column("exchange_id", sa.ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True),
    # The newest generation of which a question that was missed was asked again.
    sa.Column("generation", sa.Integer, nullable=False),
    # Whether that answered it: then it is not asked any more.
    sa.Column("answered", sa.Boolean, nullable=False),
)
# Which post of a channel is discussed where in the group below it; of posts, which are public, and of no person.
discussed_posts = sa.Table(
    "discussed_post",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("thread_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("article_id", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False, index=True),
)
follows = sa.Table(
    "follow",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # Whose private chat has the same number.
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    # The exchange whose button was pressed; it may be deleted before this is.
    sa.Column("exchange_id", sa.Integer, nullable=False),
    # As it was searched for.
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    # In the time zone of the archive: the moment that "yesterday" is relative to.
    sa.Column("asked_at", sa.DateTime, nullable=False),
    # Passages with a greater number have come since what the person knows.
    sa.Column("newest_passage", sa.BigInteger, nullable=False),
    # The newest generation of which it was asked again.
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("begun_at", sa.DateTime, nullable=False),
    # None while it goes on.
    sa.Column("ended_at", sa.DateTime, index=True),
    sqlite_autoincrement=True,  # buttons hold these numbers as well
)
known_reports = sa.Table(
    "known_report",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("follow_id", sa.ForeignKey("follow.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("article_id", sa.Text, nullable=False),
    # In the time zone of the archive.
    sa.Column("published_at", sa.DateTime),
    # The numbers and days that are asked for, as the article gives them.
    sa.Column("values", sa.JSON, nullable=False),
    # None where it was shown before the question was followed.
    sa.Column("told_at", sa.DateTime, index=True),
)
digests = sa.Table(
    "digest",
    metadata,
    # Whose private chat has the same number.
    sa.Column("person_id", sa.BigInteger, primary_key=True, autoincrement=False),
    # In the time zone of the archive, from 0 to 23.
    sa.Column("hour", sa.Integer, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    # The last day of which nothing is to be sent any more, there.
    sa.Column("done_on", sa.Date, nullable=False),
)
channel_digests = sa.Table(
    "channel_digest",
    metadata,
    sa.Column("channel", sa.String(64), primary_key=True),
    sa.Column("done_on", sa.Date, nullable=False),
)
operations = sa.Table(
    "operation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person_id", sa.BigInteger, nullable=False),
    sa.Column("command", sa.String(32), nullable=False),
    sa.Column("began_at", sa.DateTime, nullable=False, index=True),
    sa.Column("outcome", sa.Text, nullable=False),
)

shared = sa.MetaData(naming_convention=metadata.naming_convention)
"""What several bots need to work as one; only PostgreSQL has these tables."""

_NOW = sa.func.clock_timestamp()

replicas = sa.Table(
    "replica",
    shared,
    sa.Column("id", sa.Integer, primary_key=True),
    # The Telegram number of the bot: those of another one may share the database, and not the work.
    sa.Column("bot", sa.BigInteger, nullable=False),
    sa.Column("began_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
)
forgotten = sa.Table(
    "forgotten_person",
    shared,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # Kept for as long as an answer may still be on its way.
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)
queue = sa.Table(
    "update_queue",
    shared,
    # A number of its own says what came last: Telegram's own numbers begin anew after a week without updates.
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("bot", sa.BigInteger, nullable=False),
    sa.Column("update_id", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    # The chat, or where there is none the person: what comes from one place is handled in order.
    sa.Column("place", sa.BigInteger, nullable=False),
    # None once it is handled.
    sa.Column("body", sa.Text),
    # The replica that handles it.
    sa.Column("owner", sa.Integer),
    # How many replicas have begun to handle it.
    sa.Column("begun", sa.SmallInteger, nullable=False, server_default="0"),
    # Whether an answer may have gone out.
    sa.Column("answering", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("came_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
    sa.UniqueConstraint("bot", "update_id", "digest", name="uq_update_queue"),
    sa.Index("ix_update_queue_pending", "bot", "number", postgresql_where=sa.text("body IS NOT NULL")),
)
turns = sa.Table(
    "chat_turn",
    shared,
    sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
    # The replica that alone handles what comes from there.
    sa.Column("owner", sa.Integer, nullable=False),
    # Until then also while nothing comes.
    sa.Column("until", sa.DateTime(timezone=True), nullable=False, index=True),
)
rates = sa.Table(
    "person_rate",
    shared,
    sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("person_id", sa.BigInteger, primary_key=True, autoincrement=False),
    # The moments of the last minute.
    sa.Column("moments", ARRAY(sa.DateTime(timezone=True)), nullable=False),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False, index=True),
)
