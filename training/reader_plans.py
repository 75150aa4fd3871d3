"""How much of which sets a reader learns from."""

from dataclasses import dataclass

BAGS = "nomiracl-bags"


@dataclass(frozen=True, slots=True)
class SetPlan:
    """How much of a set is used: at most so many pairs (or bags) with a yes and with a no.

    `made` is how many negatives are made for each pair with a yes.
    """

    name: str
    answerable: int
    unanswerable: int
    made: float = 0.0


_NATURAL = (
    SetPlan("rubq-ru", 600, 1600),
    SetPlan("rubq-en-ru", 400, 800),
    SetPlan(BAGS, 450, 350),
)
"""Questions that were not written from the passage, with passages that people judged; nothing is made of them, since
nobody knows what else answers."""

BROAD = (
    SetPlan("sberquad-val", 4000, 0, 1.3),
    SetPlan("sberquad-val", 4000, 0, 1.3),
    SetPlan("muserc-ru", 3500, 0, 0.7),
    SetPlan("danetqa-ru", 1500, 0, 1.0),
    SetPlan("koziev-pqa", 1000, 0, 1.0),
    SetPlan("squad2-en", 2600, 3600, 0.7),
    SetPlan("qed-en", 1500, 1800),
    SetPlan("selqa-en", 2000, 2400),
    SetPlan("wikiqa-en", 1500, 2200),
    SetPlan("trecqa-en", 900, 1200),
    SetPlan("poquad-pl", 1500, 400, 0.5),
    SetPlan("kazqad-kk", 600, 0, 0.8),
    SetPlan("pquad-fa", 1000, 1000),
    SetPlan("idk-mrc-id", 2400, 2800),
    SetPlan("mailong-vi", 1100, 1600),
    SetPlan("tquad-tr", 1000, 0, 0.6),
    SetPlan("korquad-dev", 600, 0, 0.6),
    SetPlan("drcd-zh", 500, 0, 0.6),
    SetPlan("jsquad-ja", 600, 0, 0.6),
    SetPlan("arcd-ar", 500, 0, 0.6),
    SetPlan("norquad-no", 800, 0, 0.6),
    *_NATURAL,
)
ADVERSARIAL = (
    SetPlan("sberquad-val", 4000, 0, 1.1),
    SetPlan("muserc-ru", 2500, 0, 0.7),
    SetPlan("danetqa-ru", 1000, 0, 1.0),
    SetPlan("koziev-pqa", 500, 0, 1.0),
    SetPlan("squad2-en", 2600, 5000, 0.4),
    SetPlan("squad2-en", 2600, 5000, 0.4),
    SetPlan("qed-en", 1500, 1800),
    SetPlan("selqa-en", 1500, 1800),
    SetPlan("wikiqa-en", 1500, 2200),
    SetPlan("trecqa-en", 700, 900),
    SetPlan("poquad-pl", 1500, 400, 0.5),
    SetPlan("kazqad-kk", 300, 0, 0.8),
    SetPlan("pquad-fa", 500, 500),
    SetPlan("idk-mrc-id", 1500, 2000),
    SetPlan("mailong-vi", 1100, 1600),
    SetPlan("tquad-tr", 400, 0, 0.6),
    SetPlan("norquad-no", 400, 0, 0.6),
    *_NATURAL,
)
PLANS = {"broad": BROAD, "adversarial": ADVERSARIAL}
"""Mixes by name: the one to begin with, and one with more pairs that people made to look answerable."""
