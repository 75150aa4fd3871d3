"""Addresses on the web -> what they serve: politely, boundedly, and never again where nothing has changed."""
