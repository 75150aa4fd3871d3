"""Pages that stand in an article's place and say so in their titles: of captchas, refusals and what is not there."""

import re
from collections.abc import Iterable

from retrieval.loaders.page_text import PageError
from retrieval.told import told

_SHORT = 1_000
"""Characters of a text that may be all that such a page says."""
_SAID = re.compile(
    r"""
    just\ a\ moment | one\ moment,?\ please | checking\ your\ browser | attention\ required
    | access\ (?:to\ this\ page\ has\ been\ )?denied | (?:are\ you\ a|i'?m\ not\ a)\ robot | robot\ or\ human
    | verify\ (?:that\ )?you\ are\ (?:a\ )?human | security\ check | captcha
    | (?:error\ )?40[34](?:\ (?:error|forbidden|not\ found|page\ not\ found))? | (?:page\ )?not\ found
    | (?:(?:ошибка\ )?404[:.,]?\ ?)?(?:страница|материал)\ не\ найден[а]? | (?:ошибка\ )?40[34](?:\ ошибка)?
    | доступ\ (?:к\ сайту\ )?(?:ограничен|запрещ[её]н) | (?:подтвердите,\ что\ )?вы\ не\ робот | проверка\ браузера
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SITE = re.compile(r"\s+[|·•—–:-]\s+.*")
"""The name of the site behind a title."""


class WallError(PageError):
    """A page is not the article that stands at its address at other times."""


def require_no_wall(titles: Iterable[str], text: str) -> None:
    """Refuse a short text under a title that no article has.

    Raises:
        WallError: it is such a page.

    """
    if len(text) >= _SHORT:
        return
    for title in titles:
        said = " ".join(title.split())
        if _SAID.fullmatch(_SITE.sub("", said).strip(" .…!?")):
            raise WallError(
                told("holds no article: it says «{said}»; check the address in a browser, or try later", said=said[:60])
            )
