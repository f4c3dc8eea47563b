"""What was given so far of the user to create: one value, kept in the slot `new_user`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from offre_bailleurs.models import WorkingMode
from offre_bailleurs.users import NewUser

SLOT = "new_user"
"""Written by the form's actions alone; no entity and no text fills it."""


class Field(StrEnum):
    """What the page «Créer un utilisateur» asks for (F5), in the order in which the chat does."""

    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    EMAIL = "email"
    PHONE = "phone"
    OPENS_ON = "opens_on"
    CLOSES_ON = "closes_on"
    WORKING_MODE = "working_mode"
    GROUPS = "group_ids"


class Step(StrEnum):
    """The form's own questions, around those of the fields."""

    EMAIL_AGAIN = "email_again"
    PHONE_AGAIN = "phone_again"
    DECISION = "decision"
    MODIFICATION = "modification"
    LEAVE = "leave_confirmation"
    LEAVE_FOR_RENT = "leave_for_rent"


Question = Field | Step

OPTIONAL = frozenset({Field.PHONE, Field.OPENS_ON, Field.CLOSES_ON, Field.WORKING_MODE})
_CONFIRMED = {Field.EMAIL: Step.EMAIL_AGAIN, Field.PHONE: Step.PHONE_AGAIN}


@dataclass(frozen=True)
class Draft:
    """The values as `contacts` reads them; `settled` are the fields that need no more asking, the skipped ones too."""

    last_name: str | None = None
    first_name: str | None = None
    email: str | None = None
    phone: str | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    working_mode: WorkingMode | None = None
    group_ids: tuple[int, ...] = ()
    settled: frozenset[Field] = frozenset()

    @classmethod
    def of(cls, slot: Any) -> Self:
        """What the slot holds; an empty draft when it holds nothing."""
        held = dict(slot or {})
        for name in ("opens_on", "closes_on"):
            held[name] = date.fromisoformat(held[name]) if held.get(name) else None
        mode = held.get("working_mode")
        held["working_mode"] = WorkingMode(mode) if mode else None
        held["group_ids"] = tuple(held.get("group_ids") or ())
        held["settled"] = frozenset(map(Field, held.get("settled") or ()))
        return cls(**held)

    @property
    def slot(self) -> dict[str, Any]:
        """As the conversation keeps it."""
        held: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        for name in ("opens_on", "closes_on"):
            held[name] = held[name].isoformat() if held[name] else None
        held["working_mode"] = self.working_mode.value if self.working_mode else None
        held["group_ids"] = list(self.group_ids)
        held["settled"] = sorted(self.settled)
        return held

    @property
    def question(self) -> Question:
        """What is to be asked next; DECISION once all is settled."""
        for field in Field:
            if field not in self.settled:
                given = getattr(self, field.value)
                return _CONFIRMED[field] if field in _CONFIRMED and given else field
        return Step.DECISION

    @property
    def is_empty(self) -> bool:
        """Nothing was given yet."""
        return self == Draft()

    def give(self, field: Field, value: Any) -> Draft:
        """Take a value; an email address and a telephone number still need to be typed again."""
        if field in _CONFIRMED and value is not None:
            return self._with(field, value, settled=False)
        return self._with(field, value, settled=True)

    def confirm(self, field: Field) -> Draft:
        """It was typed twice alike."""
        return replace(self, settled=self.settled | {field})

    def ask_again(self, field: Field) -> Draft:
        """Forget a value: it will be asked for again. Groups stay chosen, to be completed."""
        kept = self.group_ids if field is Field.GROUPS else None
        return self._with(field, kept, settled=False)

    def fingerprint(self, shown: str) -> str:
        """Names what a summary shows: «Valider» under another one creates nothing. `shown`: what stands beside."""
        content = json.dumps([self.slot, shown], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def new_user(self) -> NewUser:
        """What the business creates.

        Raises:
            LookupError: something is still to be asked.
        """
        if self.question is not Step.DECISION or not (self.last_name and self.first_name and self.email):
            raise LookupError(self.question)
        return NewUser(
            last_name=self.last_name,
            first_name=self.first_name,
            email=self.email,
            phone=self.phone,
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            working_mode=self.working_mode,
            group_ids=frozenset(self.group_ids),
        )

    def _with(self, field: Field, value: Any, *, settled: bool) -> Draft:
        now_settled = self.settled | {field} if settled else self.settled - {field}
        changes: dict[str, Any] = {field.value: value, "settled": now_settled}
        return replace(self, **changes)
