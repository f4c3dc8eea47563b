"""The real actions, run in this process where Rasa would call the action server."""

from __future__ import annotations

import json
import traceback
from typing import Any

from rasa.utils.endpoints import ClientResponseError
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot.turns import TurnAborted


class ActionFailed(TurnAborted):
    """An action could not be run: crosses Rasa, which would go on as if it had said nothing. The message is French."""


def real_actions() -> ActionExecutor:
    """Every action of the project."""
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor


class InProcessActions:
    """Stands in for Rasa's `EndpointConfig` of the action server: what Rasa asks of one is here."""

    url = "actions/"
    """Named in Rasa's own messages."""

    def __init__(self, executor: ActionExecutor) -> None:
        """`executor` holds the actions."""
        self.kwargs = {"enable_selective_domain": True}  # as endpoints.yml says: the actions need no domain
        self._executor = executor

    async def request(self, **kwargs: Any) -> Any:
        """Run the action that a call (its `json`) asks for; what the server would answer.

        Raises:
            ClientResponseError: the action declined, as with rasa-sdk's own 400.
            ActionFailed: it does not exist, or it raised.
        """
        call = json.loads(json.dumps(kwargs["json"]))  # an action sees what the network would let through
        name = call["next_action"]
        try:
            return await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            body = {"error": rejection.message, "action_name": rejection.action_name}
            raise ClientResponseError(400, "Bad Request", json.dumps(body)) from None
        except ActionNotFoundException:
            raise ActionFailed(f"l'action « {name} » n'existe dans aucun module de actions/.") from None
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})"
            raise ActionFailed(f"l'action « {name} » a échoué, {reason}") from error
