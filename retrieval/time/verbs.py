"""Words that tell in which tense a sentence is, in small letters, with «ё» as «е»."""

from __future__ import annotations

from retrieval.text.vocabulary import PAST_TENSE
from retrieval.time.naming import listed

ENGLISH_FUTURE = listed("will shall upcoming tomorrow")
PLANNED = listed(
    """
    planned scheduled expected planning планируется планируют планирует запланирован запланирована запланировано
    запланированы ожидается ожидаются ожидают намечен намечена намечено намечены назначен назначена назначено назначены
    предстоит предстоят завтра
    """
)
"""What tells of the future though it has the form of the past or of the present."""
CONDITIONAL = listed("would could might should бы")
LEAVING_OPEN = listed(
    """
    agreed agrees asked ordered orders vowed vows hopes hoped plans decided urged told refused promised promises pledged
    wants wanted intends intended aims failed invited threatened allowed due set
    does happens happening what's who's where's when's there's
    opens open closes begin begins starts start meets returns ends resumes takes plays faces is are
    """
)
"""What may go on with something that is still to come, or is in the present: "agreed to meet on Friday"."""
SAYING = listed(
    """
    пишет пишут сообщает сообщают говорит говорят передает передаёт передают рассказывает рассказывают утверждает
    утверждают says say writes write reports report tells tell
    """
)
"""What outlets do when they tell of what was."""
ENGLISH_PAST = (
    PAST_TENSE
    | listed(
        """
        died said happened met ran saw fell rose hit held began grew drew spoke flew stood sent kept felt cut put beat
        chose drove ate stole swore threw wore sank sang taught thought sought caught struck spent lent fled bid been
        dealt
        """
    )
) - LEAVING_OPEN
