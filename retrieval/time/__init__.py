"""What texts say of time: the period that a question names, and the days that a sentence of an article tells of.

A small grammar of Russian and English. A text is cut into pieces (`lexing`), each of a kind that `lexicon` knows by
its word; rules (`dates`, `spans`) put pieces together, step by step, until what names a time is one piece with its
first and last day. What no rule understands is left alone: no period is better than a wrong one.
"""
