"""The journey declare_rent, step by step, for tests about what happens around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tests.support.chat import ChatClient, Message
from tests.support.world import TenantGiven

TENANT = "Camille Durand"
REGISTER = (
    TenantGiven(TENANT, "3 rue des Lilas, 35000 Rennes", last_year_rent=Decimal(640)),
    TenantGiven("Yann Le Goff", "12 rue Hoche, 35000 Rennes", last_year_rent=Decimal(480)),
)


class Step(NamedTuple):
    """One message of the landlord's, and whether the bot's answer is what should follow it."""

    name: str
    speak: Callable[[ChatClient], list[Message]]
    understood: Callable[[Sequence[Message]], bool]


def _says(part: str) -> Callable[[Sequence[Message]], bool]:
    return lambda answer: any(part in message.text for message in answer)


def _offers(title: str) -> Callable[[Sequence[Message]], bool]:
    return lambda answer: any(title in button.title for message in answer for button in message.buttons)


def steps(tenant: str, rent: int) -> tuple[Step, ...]:
    """From the first sentence to the transmission of a rent, in euros, for a tenant who changed nothing."""
    return (
        Step("tenant", lambda chat: chat.say(f"je veux déclarer le loyer de {tenant}"), _says("Est-ce toujours exact")),
        Step("situation", lambda chat: chat.press("Oui"), _offers("Comme l'an dernier")),
        Step("rent", lambda chat: chat.say(str(rent)), _offers("Valider")),
        Step("validation", lambda chat: chat.press("Valider"), _says("est transmise à la Caf")),
    )


STEPS = steps(TENANT, 650)


def go_to_summary(chat: ChatClient) -> list[Message]:
    """Walk as far as « Valider », which is not pressed; the summary."""
    answer: list[Message] = []
    for step in STEPS[:-1]:
        answer = walk(chat, step)
    return answer


def walk(chat: ChatClient, step: Step) -> list[Message]:
    """Do one step, which must be understood; the answer."""
    answer = step.speak(chat)
    if not step.understood(answer):
        raise AssertionError(f"{step.name}: the bot answered {[message.text for message in answer]}")
    return answer
