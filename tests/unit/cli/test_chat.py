"""Talking in the terminal: what is sent, what is shown, and what happens when the network does not play along."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cli.chat import pressed, talk
from cli.chat_client import Button, ChatClient, ChatError, ConversationOver
from cli.console import OperatorError

URL = "http://chat.test/webhooks/webchat"
BUTTONS = [{"title": "Déclarer un loyer", "choice": "signed-1"}, {"title": "Annuler", "choice": "signed-2"}]
ATTACHMENT = {"name": "recapitulatif.pdf", "url": "http://portal.test/1.pdf", "type": "application/pdf", "size": 34_200}


class ScriptedChat:
    """The far end of the interface: answers what it is told to, and keeps what it was sent."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.bodies: list[dict[str, Any]] = []
        self.bearers: list[str | None] = []
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(json.loads(request.content))
        self.bearers.append(request.headers.get("Authorization"))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self) -> ChatClient:
        """A client of this chat, whose pauses take no time."""
        return ChatClient(URL, transport=httpx.MockTransport(self), pause=self.pauses.append)


def _said(text: str, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"messages": [{"seq": 1, "from": "bot", "text": text, **more}]})


def _opened(text: str = "Bonjour.", **more: Any) -> httpx.Response:
    messages = [{"seq": 1, "from": "bot", "text": text, **more}]
    return httpx.Response(201, json={"token": "conversation-token", "expires_in": 3600, "messages": messages})


def _problem(status: int, detail: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"status": status, "detail": detail}, headers=headers)


@pytest.mark.parametrize(
    ("failure", "pause"),
    [
        (httpx.ConnectError("no route"), 1.0),
        (httpx.ReadTimeout("lost"), 1.0),
        (_problem(409, "occupée", **{"Retry-After": "2"}), 2.0),
        (_problem(429, "trop vite", **{"Retry-After": "3"}), 3.0),
        (_problem(503, "indisponible"), 1.0),
    ],
    ids=["connection", "timeout", "409", "429", "503"],
)
def test_a_message_that_may_be_lost_is_sent_again_with_the_same_id(
    failure: httpx.Response | Exception, pause: float
) -> None:
    chat = ScriptedChat(_opened(), failure, _said("Entendu."))
    with chat.client() as client:
        client.open()
        assert [message.text for message in client.say("650")] == ["Entendu."]
    assert chat.bodies[1] == chat.bodies[2]
    assert chat.bodies[1]["text"] == "650"
    assert chat.pauses == [pause]


def test_two_messages_have_two_ids() -> None:
    chat = ScriptedChat(_opened(), _said("Un."), _said("Deux."))
    with chat.client() as client:
        client.open()
        client.say("a")
        client.say("a")
    assert chat.bodies[1]["id"] != chat.bodies[2]["id"]


def test_patience_has_an_end_and_the_chat_s_own_words_are_told() -> None:
    chat = ScriptedChat(_opened(), *[_problem(503, "Rien n'a été transmis.", **{"Retry-After": "60"})] * 2)
    with chat.client() as client:
        client.open()
        with pytest.raises(ChatError, match=r"Rien n'a été transmis\."):
            client.say("Valider")
    assert chat.pauses == []


def test_a_dead_token_ends_the_conversation() -> None:
    chat = ScriptedChat(_opened(), _problem(401, "Cette conversation est terminée."))
    with chat.client() as client:
        client.open()
        with pytest.raises(ConversationOver, match="terminée"):
            client.say("bonjour")


def test_another_server_s_page_is_not_read_as_the_chat_s_words() -> None:
    chat = ScriptedChat(httpx.Response(404, html="<h1>nginx</h1>"))
    with chat.client() as client, pytest.raises(ChatError, match="404 Not Found"):
        client.open()


def test_the_identity_opens_the_conversation_and_its_token_carries_it() -> None:
    chat = ScriptedChat(_opened(), _said("Oui."))
    with chat.client() as client:
        client.open("identity-token")
        client.say("oui")
    assert chat.bearers == ["Bearer identity-token", "Bearer conversation-token"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("1", "Déclarer un loyer"),
        ("2", "Annuler"),
        ("annuler", "Annuler"),
        ("3", None),
        ("0", None),
        ("650", None),
        ("²", None),
        ("annuler tout", None),
    ],
)
def test_a_line_names_a_button_by_its_number_or_its_title(line: str, title: str | None) -> None:
    buttons = [Button(**button) for button in BUTTONS]
    found = pressed(line, buttons)
    assert (found.title if found else None) == title


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Have the terminal read a script; the exit code and what was shown."""

    def say(chat: ScriptedChat, script: str) -> tuple[int, str]:
        code = talk(URL, None, client=chat.client(), lines=io.StringIO(script))
        return code, capsys.readouterr().out

    return say


def test_a_script_presses_buttons_and_says_words_until_its_end(say: Callable[..., tuple[int, str]]) -> None:
    chat = ScriptedChat(_opened(buttons=BUTTONS), _said("Combien ?", buttons=BUTTONS), _said("Deux."))
    code, shown = say(chat, "Déclarer un loyer\n\n=2\n")
    assert code == 0
    assert [body.get("choice") or body.get("text") for body in chat.bodies[1:]] == ["signed-1", "2"]
    assert shown.index("Assistant : Bonjour.") < shown.index("[2] Annuler") < shown.index("Vous : =2")


def test_quitter_leaves_without_telling_the_chat(say: Callable[..., tuple[int, str]]) -> None:
    chat = ScriptedChat(_opened())
    assert say(chat, "/quitter\nbonjour\n")[0] == 0
    assert len(chat.bodies) == 1


def test_a_file_is_shown_with_its_name_size_and_address(say: Callable[..., tuple[int, str]]) -> None:
    _, shown = say(ScriptedChat(_opened(attachment=ATTACHMENT)), "")
    assert "Fichier : recapitulatif.pdf (application/pdf, 34 ko) http://portal.test/1.pdf" in shown


def test_a_picture_is_named_by_its_address(say: Callable[..., tuple[int, str]]) -> None:
    _, shown = say(ScriptedChat(_opened("Exemple.", image="http://portal.test/static/exemple.png")), "")
    assert "Exemple.\n  Image : http://portal.test/static/exemple.png" in shown


def test_what_is_said_cannot_steer_the_terminal(say: Callable[..., tuple[int, str]]) -> None:
    _, shown = say(ScriptedChat(_opened("a\x1b[2Jb\nc\u202ed")), "")
    assert "a[2Jb\ncd" in shown


def test_a_refused_message_is_told_and_the_conversation_goes_on(say: Callable[..., tuple[int, str]]) -> None:
    chat = ScriptedChat(_opened(), _problem(413, "Message trop long."), _said("Oui."))
    code, shown = say(chat, "x\noui\n")
    assert code == 1
    assert shown.index("Message trop long.") < shown.index("Assistant : Oui.")


def test_a_chat_that_cannot_be_opened_is_one_line() -> None:
    with pytest.raises(OperatorError, match="origine refusée"):
        talk(URL, None, client=ScriptedChat(_problem(403, "origine refusée")).client(), lines=io.StringIO(""))
