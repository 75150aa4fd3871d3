"""What a PostgreSQL holds besides the articles: what is published there, how it is searched, and who may write.

Only homes on a server have these tables; elsewhere the folder of a home does the same (`retrieval.index`).
"""
