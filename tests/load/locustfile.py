"""One landlord a user, who declares the rent of a tenant from the opening to «Valider», and gives up at nothing.

Run by `tests.load.run` as a process of its own: gevent replaces the standard library's sockets. The steps are those of
the conversation tests (`tests.support.journey`), the browser is theirs (`tests.support.chat`); what is added is the
widget's way to try again (widget/src/retry.ts).
"""

from __future__ import annotations

import json
import os
import random
import ssl
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import jwt
from locust import User, events, task
from locust.env import Environment
from locust.exception import StopUser

from offre_bailleurs.identity import sign_identity
from tests.load.landlords import Landlord, read
from tests.support.chat import TIMEOUT, ChatClient, ChatProblem, Message
from tests.support.journey import steps, walk

AGAIN = (409, 429, 503)
"""What the widget tries again."""
FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
LIFETIME = timedelta(minutes=2)
"""Of an identity token, as the portal signs it."""

_TLS = ssl.create_default_context()  # made once: a client would make its own, and none speaks TLS here
_waiting = list(reversed(read(Path(os.environ["LOAD_LANDLORDS"]))))
_report = Path(os.environ["LOAD_REPORT"])
_declaring = len(_waiting)


class Browser(ChatClient):
    """A browser that tries again as the widget does; a person presses «Réessayer» whenever the widget gives up."""

    def __init__(self, chat_url: str, user_id: int, http: httpx.Client, environment: Environment) -> None:
        super().__init__(chat_url, http=http)
        self._user_id = user_id
        self._environment = environment
        self.problems: list[dict[str, Any]] = []
        self.turns: list[dict[str, Any]] = []
        self.heard: list[str] = []
        self.step = "opening"

    def open(self) -> list[Message]:
        return self._insist(self._open)

    def _open(self) -> list[Message]:
        self._identity = sign_identity(self._user_id, secret=os.environ["LOAD_SECRET"], lifetime=LIFETIME)
        return super().open()

    def _send(self, message: Any) -> list[Message]:
        return self._insist(partial(super()._send, message))

    def _insist(self, send: Callable[[], list[Message]]) -> list[Message]:
        begun, failures = time.time(), 0
        while True:
            asked = time.time()
            try:
                answer = send()
            except ChatProblem as problem:
                self._note(problem.status, problem.detail, asked, problem.retry_after)
                if problem.status not in AGAIN:
                    raise
                failures += 1
                delay = FIRST_DELAY if problem.status == 409 else FIRST_DELAY * 2 ** (failures - 1)
                retry_after = problem.retry_after or 0
            except httpx.TransportError as error:
                self._note(0, type(error).__name__, asked, None)
                failures += 1
                delay, retry_after = FIRST_DELAY * 2 ** (failures - 1), 0
            else:
                ended = time.time()
                self.turns.append({"step": self.step, "seconds": ended - asked, "in_all": ended - begun, "at": ended})
                self.heard += [text for message in answer for text in _shown(message)]
                self._tell(asked, None)
                return answer
            time.sleep(max(min(delay, LONGEST_DELAY) * (1 + random.random() / 4), retry_after))  # noqa: S311

    def _note(self, status: int, detail: str, asked: float, retry_after: int | None) -> None:
        self.problems.append(
            {
                "status": status,
                "detail": detail,
                "retry_after": retry_after,
                "step": self.step,
                "asked": asked,
                "at": time.time(),
            }
        )
        self._tell(asked, RuntimeError(str(status)))

    def _tell(self, asked: float, error: Exception | None) -> None:
        self._environment.events.request.fire(
            request_type="POST",
            name=self.step,
            response_time=1000 * (time.time() - asked),
            response_length=0,
            exception=error,
            context={},
        )


class Declarant(User):
    """Declares once."""

    @task
    def declare(self) -> None:
        global _declaring
        landlord = _waiting.pop()
        document: dict[str, Any] = {"index": landlord.index, "error": None}
        with httpx.Client(timeout=TIMEOUT, trust_env=False, verify=_TLS) as http:
            browser = Browser(os.environ["LOAD_CHAT_URL"], landlord.user_id, http, self.environment)
            try:
                _declare(browser, landlord)
            except Exception as error:  # noqa: BLE001 - whatever it was is what the report is for
                document["error"] = f"{browser.step}: {type(error).__name__}: {error}"
        if browser.token:
            document["conversation"] = jwt.decode(browser.token, options={"verify_signature": False})["sub"]
        document |= {"problems": browser.problems, "turns": browser.turns, "heard": browser.heard}
        with _report.open("a", encoding="utf-8") as report:
            report.write(f"{json.dumps(document, ensure_ascii=False)}\n")
        _declaring -= 1
        if not _declaring and self.environment.runner is not None:
            self.environment.runner.quit()
        raise StopUser


def _declare(browser: Browser, landlord: Landlord) -> None:
    browser.open()
    for step in steps(landlord.tenant, landlord.rent):
        browser.step = step.name
        walk(browser, step)


def _shown(message: Message) -> list[str]:
    attachment = [str(message.attachment.get("name"))] if message.attachment else []
    return [message.text, *(button.title for button in message.buttons), *attachment]


@events.quitting.add_listener
def _whatever_failed_was_reported(environment: Environment, **_: Any) -> None:
    """Problems that were tried again are no failure of the run: the verdict is `tests.load.verdict`'s."""
    environment.process_exit_code = 0
