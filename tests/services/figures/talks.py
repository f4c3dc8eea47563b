"""What landlords and advisers do in the thousand conversations. What each amounts to is in `mixture`.

That the bot did what the talk needs is checked on the way, so that no figure is blamed for a misunderstanding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offre_bailleurs.models import Outcome
from tests.services.figures.people import People
from tests.services.figures.queue import until
from tests.support.chat import ChatClient, Message, text_of
from tests.support.journey import STEPS, walk

Play = Callable[[People, int], None]
"""Holds one conversation; the number is its own among its kind."""
Waits = Callable[[int], float]
"""How long the request of each conversation of a kind waits, in seconds."""

KEEP_RECAP = ("dois-je garder le récapitulatif ?", "conservez votre récapitulatif", "conservez le récapitulatif")
WHY_DECLARE = ("pourquoi déclarer le loyer ?", "continuer de verser l'aide au logement", "continuer à verser")
DEADLINE = ("quelle est la date limite ?", "ne donnent pas de date limite")
FURNISHED = ("je loue en meublé", "ne disent pas si un meublé")
USER_NUMBER = ("où trouver mon numéro utilisateur ?", "Votre N° utilisateur figure")
NOT_UNDERSTOOD = "Je ne suis pas sûr d'avoir compris"
GIBBERISH = ("prout grmblf qsdfgh", "grmblf qsdfgh prout")
AWAITED = "un conseiller va vous répondre ici même"
USER_NUMBER_GIVEN = "35900007090012"


def expect(answer: Sequence[Message], *parts: str) -> None:
    """One of these must have been said."""
    said = text_of(answer)
    assert any(part in said for part in parts), f"« {parts[0]} » was expected, the bot said « {said} »"


def ask(chat: ChatClient, question: tuple[str, ...]) -> None:
    """Type a question, which must be answered."""
    sentence, *facts = question
    expect(chat.say(sentence), *facts)


def hears_bot(chat: ChatClient) -> None:
    """Wait until the assistant has said that it answers again: a busy one says so at a later look."""
    until(lambda: chat.raw("GET", "/messages").headers.get("Chat-Floor") == "bot", "the assistant has the floor")


# Visitors and landlords who ask


def silent(people: People, _number: int) -> None:
    people.visitor()


def silent_landlord(people: People, _number: int) -> None:
    people.landlord()


def polite(people: People, _number: int) -> None:
    expect(people.visitor().say("bonjour"), "Bonjour")


def one_question(people: People, _number: int) -> None:
    ask(people.visitor(), KEEP_RECAP)


def one_question_with_picture(people: People, _number: int) -> None:
    chat = people.visitor()
    ask(chat, USER_NUMBER)
    chat.press("👍")


def helped(people: People, _number: int) -> None:
    chat = people.visitor()
    ask(chat, DEADLINE)
    chat.press("👍")


def not_helped(people: People, _number: int) -> None:
    chat = people.visitor()
    ask(chat, KEEP_RECAP)
    chat.press("👎")


def changed_mind(people: People, _number: int) -> None:
    chat = people.visitor()
    ask(chat, DEADLINE)
    chat.press("👎")
    chat.press("👍")


def two_topics(people: People, _number: int) -> None:
    chat = people.landlord()
    ask(chat, WHY_DECLARE)
    chat.press("👍")
    ask(chat, KEEP_RECAP)
    chat.press("👎")


def same_topic_twice(people: People, _number: int) -> None:
    chat = people.organisation()
    ask(chat, KEEP_RECAP)
    ask(chat, KEEP_RECAP)


def says_profile(title: str) -> Play:
    """The answer depends on the profile, which is asked for."""

    def play(people: People, _number: int) -> None:
        chat = people.visitor()
        chat.say("je n'ai pas reçu mes codes")
        expect(chat.press(title), "code", "identifiant")

    return play


def gibberish(people: People, number: int) -> None:
    expect(people.landlord().say(GIBBERISH[number % 2]), NOT_UNDERSTOOD)


# Journeys


def declares(people: People, _number: int) -> None:
    chat = people.declarer()
    for step in STEPS:
        walk(chat, step)


def leaves_declaration(steps: int) -> Play:
    def play(people: People, _number: int) -> None:
        chat = people.declarer()
        if not steps:
            expect(chat.say("je veux déclarer un loyer"), "Pour quel locataire")
        for step in STEPS[:steps]:
            walk(chat, step)

    return play


def cancels_declaration(people: People, _number: int) -> None:
    chat = people.declarer()
    for step in STEPS[:2]:
        walk(chat, step)
    expect(chat.say("annuler"), "Voulez-vous vraiment abandonner")
    expect(chat.press("Oui, abandonner"), "abandonnée")


def postpones_declaration(people: People, _number: int) -> None:
    chat = people.declarer()
    walk(chat, STEPS[0])
    expect(chat.say("plus tard"), "plus tard")


def asks_in_form(people: People, _number: int) -> None:
    """A question in mid-form is answered, the form asks again, and is left there."""
    chat = people.declarer()
    walk(chat, STEPS[0])
    ask(chat, KEEP_RECAP)


def misunderstood_in_form(people: People, _number: int) -> None:
    """A reply that is not understood is no sentence without answer."""
    chat = people.declarer()
    expect(chat.say("je veux déclarer un loyer"), "Pour quel locataire")
    chat.say(GIBBERISH[0])


def leaves_access(people: People, _number: int) -> None:
    expect(people.visitor().say("je n'arrive pas à me connecter"), "Que vous manque-t-il")


def recovers_access(people: People, _number: int) -> None:
    chat = people.visitor()
    expect(chat.say("j'ai perdu mon identifiant"), "Quel est votre N° utilisateur")
    expect(chat.say(USER_NUMBER_GIVEN), "Si ce N° utilisateur est celui d'un compte")


def leaves_new_user(people: People, _number: int) -> None:
    chat = people.organisation()
    expect(chat.say("ajoute ma collègue"), "Quel est le nom")
    expect(chat.say("Martin"), "prénom")


# The desk, open


def withdraws(people: People, _number: int) -> None:
    chat = people.visitor()
    expect(chat.say("je veux parler à un conseiller"), AWAITED)
    expect(chat.press("Ne plus attendre"), "vous n'attendez plus")


def waits_on(people: People, _number: int) -> None:
    chat = people.organisation()
    ask(chat, FURNISHED)
    expect(chat.press("Parler à un conseiller"), AWAITED)


def answered_live(waits: Waits) -> Play:
    """Taken, handed back; the assistant takes the floor back, and what is said to it is the bot's again."""

    def play(people: People, number: int) -> None:
        chat = people.landlord()
        expect(chat.say("je veux parler à un conseiller"), AWAITED)
        request = people.take(chat, waits(number))
        assert text_of(chat.say("quelle est la date limite ?")) == "", "the bot keeps silent"
        people.hand_back(request)
        people.close(request, Outcome.RESOLVED)
        hears_bot(chat)
        ask(chat, DEADLINE)

    return play


def misunderstood_then_live(waits: Waits) -> Play:
    def play(people: People, number: int) -> None:
        chat = people.visitor()
        expect(chat.say(GIBBERISH[0]), NOT_UNDERSTOOD)
        chat.say(GIBBERISH[1])
        expect(chat.press("Parler à un conseiller"), AWAITED)
        people.close(people.take(chat, waits(number)), Outcome.BOT_WAS_WRONG)

    return play


def not_helped_then_live(waits: Waits) -> Play:
    def play(people: People, number: int) -> None:
        chat = people.landlord()
        ask(chat, KEEP_RECAP)
        chat.press("👎")
        expect(chat.press("Parler à un conseiller"), AWAITED)
        people.take(chat, waits(number))

    return play


def handed_over_in_form(waits: Waits) -> Play:
    """In mid-form; handed back, the declaration is finished."""

    def play(people: People, number: int) -> None:
        chat = people.declarer()
        for step in STEPS[:2]:
            walk(chat, step)
        expect(chat.say("je veux parler à un conseiller"), AWAITED)
        request = people.take(chat, waits(number))
        people.hand_back(request)
        people.close(request, Outcome.OUT_OF_SCOPE)
        hears_bot(chat)
        for step in STEPS[2:]:
            walk(chat, step)

    return play


def replaces_administrator(people: People, _number: int) -> None:
    chat = people.replacing_organisation()
    expect(chat.say("comment changer d'administrateur"), "à titre exceptionnel")
    chat.press("Enregistrer ma demande")


# The desk, closed


def leaves_message(people: People, _number: int) -> None:
    chat = people.visitor()
    chat.say("je veux parler à un conseiller")
    chat.say("Mon dossier est bloqué depuis le mois de mars.")
    chat.say("claire@exemple.fr")
    chat.press("Envoyer")
    people.answer_by_email(chat, Outcome.ANSWER_MISSING)


def leaves_no_message(people: People, _number: int) -> None:
    chat = people.visitor()
    chat.say("je veux parler à un conseiller")
    chat.say("Mon dossier est bloqué depuis le mois de mars.")


def gives_message_up(people: People, _number: int) -> None:
    chat = people.landlord()
    chat.say("je veux parler à un conseiller")
    chat.say("annuler")
