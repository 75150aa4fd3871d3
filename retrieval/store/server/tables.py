"""The tables that only PostgreSQL has. A change here goes with a migration in `retrieval/store/migrations`."""

import sqlalchemy as sa

from retrieval.store.tables import metadata as articles

metadata = sa.MetaData(naming_convention=articles.naming_convention)

# What is published: one row, whose number of publications differs after each.
publications = sa.Table(
    "publication",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("publications", sa.BigInteger, nullable=False),
)
# What a generation consists of besides articles and vectors: its manifest, and arrays that every process holds.
parts = sa.Table(
    "generation_part",
    metadata,
    sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
# The words of a generation: for each the rows of the passages that hold it, how often it stands in each of them, and
# the rows of the sentences that hold it, as little-endian arrays. The column of counts once held scores.
words = sa.Table(
    "generation_word",
    metadata,
    sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("word", sa.Text(collation="C"), primary_key=True),
    sa.Column("passages", sa.LargeBinary, nullable=False),
    sa.Column("scores", sa.LargeBinary, nullable=False, key="counts"),
    sa.Column("sentences", sa.LargeBinary, nullable=False),
)
# The bounds that `citebot calibrate` chose, for all who answer from this database.
calibrations = sa.Table(
    "calibration",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("written", sa.BigInteger, nullable=False),
)
