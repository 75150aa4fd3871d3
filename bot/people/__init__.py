"""What is stored about people: little, for a limited time, and deleted for good when they ask for it.

The only part of the bot that imports SQLAlchemy and Alembic.
"""
