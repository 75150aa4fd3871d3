"""Whether words that somebody quotes are in the articles: verbatim, altered, put together, of another, or nowhere."""
