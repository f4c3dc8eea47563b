"""Whether words about a lost login or a forgotten password begin the journey, or are answered.

Somebody who has lost theirs wants it back: the journey begins. Somebody who asks what one does is told. Both are one
intent: the words are nearly the same.
"""

from __future__ import annotations

import re

from actions.answers.question import AnswerQuestion
from actions.answers.reply import known_profile, reply
from actions.exchange import Answer, Exchange
from actions.recover_access.replies import read_missing_told
from offre_bailleurs.french.text import fold

READY = "recover_access_ready"
_IN_GENERAL = re.compile(
    r"\b(si|quand|lorsqu\w*|en cas|au cas|c'est quoi|difference|a quoi|combien|est-ce que|faut-il|peut-on|possible"
    r"|lien|bouton|ou (est|se|trouver|clique\w*))\b"
)
"""What one does, not what has happened."""


class StartRecoverAccess(Answer):
    """`action_start_recover_access`: answers, and sets `recover_access_ready`: the journey follows, or not."""

    def name(self) -> str:
        return "action_start_recover_access"

    def answer(self, exchange: Exchange) -> None:
        has_lost = not exchange.in_form and len(exchange.questions) < 2 and tells_of_a_loss(exchange.text)
        exchange.set(**{READY: has_lost})
        if not has_lost:
            AnswerQuestion().answer(exchange)
            return
        reply(exchange, [exchange.intent], known_profile(exchange), with_buttons=False)
        exchange.say("utter_access_here")


def tells_of_a_loss(text: str) -> bool:
    """«J'ai perdu mon identifiant», «g oublié mon mdp koi faire», not «que faire si on perd son identifiant»."""
    return read_missing_told(text) is not None and not _IN_GENERAL.search(fold(text))
