"""The moments of a conversation at which somebody hostile may speak: fresh, in mid-form of each journey, at a synthesis
that only waits for «Valider», while an adviser is awaited or answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from offre_bailleurs.access import Adviser
from offre_bailleurs.database import transaction
from offre_bailleurs.desk import advising, requests
from offre_bailleurs.desk.reasons import ASKED
from offre_bailleurs.desk.requests import Matter
from offre_bailleurs.identity import Turn
from offre_bailleurs.models import DwellingType
from tests.services.fuzz.texts import VICTIM_NAME
from tests.support.chat import ChatClient, text_of
from tests.support.hostile import conversation_of
from tests.support.journey import REGISTER, STEPS, go_to_summary, walk
from tests.support.live import LiveBot
from tests.support.world import GroupGiven, Household, TenantGiven

Enter = Callable[["Scene"], None]

VICTIM: Final = TenantGiven(VICTIM_NAME, "77 venelle du Basilic-Pourpre, 29217 Plougonvelin")
SECRETS: Final = ("Basilic", "Plougonvelin", "29217", "Ombeline", "Xanthoceras")
"""What nobody types and only the victim knows: parts of their tenant's address, and their own name."""


@dataclass
class Scene:
    """One conversation, and who speaks in it."""

    bot: LiveBot
    chat: ChatClient
    adviser: Adviser
    household: Household | None = None
    request: int | None = None
    """The desk's request that the scene has made."""

    def ask_adviser(self) -> None:
        """An adviser was asked for before the desk closed."""
        with transaction(on=self.bot.engine) as session:
            turn = Turn(conversation_of(self.chat), "before-closing", None)
            self.request = requests.ask_adviser(session, turn, Matter(ASKED)).id

    def take(self) -> None:
        """The adviser takes the floor."""
        if self.request is None:
            raise AssertionError("nobody was asked for")
        with transaction(on=self.bot.engine) as session:
            advising.take(session, self.adviser, self.request)


@dataclass(frozen=True)
class State:
    """How to come to a moment. `who`: a visitor, a landlord with a register, or an organisation's administrator."""

    name: str
    who: str
    enter: Enter
    silent: bool = False
    """An adviser answers: the bot says nothing but what it masked."""


def _say(*turns: str, until: str) -> Enter:
    """Type, or press what is written « [so] »; the last answer must hold `until`."""

    def enter(scene: Scene) -> None:
        answer = ""
        for turn in turns:
            said = scene.chat.press(turn[1:-1]) if turn.startswith("[") else scene.chat.say(turn)
            answer = text_of(said)
        if until not in answer:
            raise AssertionError(f"« {until} » is not in « {answer} »")

    return enter


def _declare(steps: int) -> Enter:
    def enter(scene: Scene) -> None:
        for step in STEPS[:steps]:
            walk(scene.chat, step)

    return enter


def _waiting(scene: Scene) -> None:
    go_to_summary(scene.chat)
    scene.ask_adviser()


def _answered(scene: Scene) -> None:
    _waiting(scene)
    scene.take()
    scene.chat.news()


_COLLEAGUE: Final = ("ajoute ma collègue", "Martin", "Julie", "julie.martin@fuzz.example", "julie.martin@fuzz.example")
_COLLEAGUE_DONE: Final = (
    *_COLLEAGUE, "[Passer]", "[Aujourd'hui]", "[Aucune]", "[Passer]", "[Logements privés]", "[C'est tout]",
)  # fmt: skip
_MESSAGE: Final = "je veux parler à un conseiller"

STATES: Final[Sequence[State]] = (
    State("fresh, nobody signed in", "visitor", lambda scene: None),
    State("asked who they are", "visitor", _say("comment accéder au portail ?", until="")),
    State("asked for the N° utilisateur", "visitor", _say("j'ai perdu mon identifiant", until="N° utilisateur")),
    State(
        "asked for the email address",
        "visitor",
        _say("je n'arrive pas à me connecter", "[Mon mot de passe]", "[Oui]", until="adresse courriel"),
    ),
    State("asked for a message", "visitor", _say(_MESSAGE, until="votre message")),
    State("asked for an address", "visitor", _say(_MESSAGE, "quelle est la date limite ?", until="adresse courriel")),
    State("a message ready to be sent", "landlord", _say(_MESSAGE, "quelle est la date limite ?", until="")),
    State("fresh, signed in", "landlord", lambda scene: None),
    State("asked for the tenant", "landlord", _say("[Déclarer un loyer]", until="locataire")),
    State("asked for the situation", "landlord", _declare(1)),
    State("asked for the rent", "landlord", _declare(2)),
    State("a declaration ready to be transmitted", "landlord", _declare(3)),
    State("asked for a colleague's name", "administrator", _say(_COLLEAGUE[0], until="nom")),
    State("asked for a colleague's telephone", "administrator", _say(*_COLLEAGUE, until="téléphone")),
    State(
        "a colleague ready to be created", "administrator", _say(*_COLLEAGUE_DONE, until="julie.martin@fuzz.example")
    ),
    State("an adviser is awaited", "landlord", _waiting),
    State("an adviser answers", "landlord", _answered, silent=True),
)


class Cast:
    """People to speak as, made before anything hostile is said; the register of each is used once."""

    def __init__(self, bot: LiveBot, landlords: int) -> None:
        self._bot = bot
        self._lock = threading.Lock()
        self._landlords = [self._landlord() for _ in range(landlords)]
        self._administrator = bot.world.organisation(
            "LES OLIVIERS",
            {
                "Logements privés": GroupGiven(DwellingType.PRIVATE, ["35"]),
                "Logements conventionnés": GroupGiven(DwellingType.REGULATED, ["35"]),
            },
            {"Olive Ramure": ["Logements privés", "Logements conventionnés"]},
            [],
        )
        self.victim = bot.world.landlord("Ombeline Xanthoceras", [VICTIM])
        self.requests: set[int] = set()
        """The desk's requests that the scenes have made."""
        self._adviser = bot.world.adviser()

    def scene(self, state: State) -> Scene:
        """A conversation that has come to a state."""
        household = self._household(state.who)
        chat = self._bot.client(household.people[0].user_id if household else None)
        chat.open()
        scene = Scene(self._bot, chat, self._adviser, household)
        state.enter(scene)
        if scene.request is not None:
            self.requests.add(scene.request)
        return scene

    def _household(self, who: str) -> Household | None:
        makers: Mapping[str, Callable[[], Household | None]] = {
            "visitor": lambda: None,
            "administrator": lambda: self._administrator,
            "landlord": self._next_landlord,
        }
        return makers[who]()

    def _next_landlord(self) -> Household:
        with self._lock:
            return self._landlords.pop() if self._landlords else self._landlord()

    def _landlord(self) -> Household:
        return self._bot.world.landlord("Claude Bailleur", REGISTER)
