"""Which passages may be cited: those that are not forgotten, and of what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.index.layout import Layout
    from retrieval.question.bounds import Bounded


def allowed_passages(layout: Layout, bounds: Bounded, hidden: frozenset[int]) -> NDArray[np.bool_] | None:
    """Mark the passages that may be cited, shape (passages,); None where all may.

    Those with the ids in `hidden` may not. Of a period are those of articles that were published in it and, unless
    only `published` ones count, those with a sentence that tells of a day in it.
    """
    if not hidden and not bounds:
        return None
    allowed = ~np.isin(layout.passage_ids, list(hidden))
    if bounds.period is not None:
        within = layout.published_in(bounds.period)
        if not bounds.published:
            within[layout.passages_of(layout.telling_of(bounds.period))] = True
        allowed &= within
    if bounds.outlets is not None:
        allowed &= layout.of_outlets(bounds.outlets)
    if bounds.passages is not None:
        allowed &= np.isin(layout.passage_ids, list(bounds.passages))
    return allowed
