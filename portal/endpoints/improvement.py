"""«À améliorer», for advisers alone: what the assistant did not understand, and what an adviser says that it meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from offre_bailleurs.access import Adviser
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.improvement.groups import (
    Changed,
    Gone,
    NotAllowed,
    Order,
    Which,
    assign,
    assignable_topics,
    listed,
    move,
    said_in,
    undo,
)
from offre_bailleurs.improvement.tables import KEY_LENGTH, Assigned, SentenceGroup
from portal.context import Portal
from portal.desk import desk_form, desk_page
from portal.forms import Form
from portal.improvement_list import (
    IMPROVEMENT_PATH,
    PAGE_SIZE,
    Criteria,
    group_path,
    listing_of,
    read_seen,
    row_of,
    title_of,
)
from portal.pagination import page_links
from portal.visitors import Visitor

__all__ = ["IMPROVEMENT_PATH", "group_page", "improvement_page", "moved_sentence", "said_of_group"]

_GROUP_ID = re.compile(r"[0-9]{1,9}")
_UNDO = "annuler"
_CHOICES = {"sujet": Assigned.TOPIC, "nouveau": Assigned.NEW_TOPIC, "hors-sujet": Assigned.OFF_TOPIC}
_NO_TOPIC = "Choisissez d’abord un sujet dans la liste."
_CHANGED = "Une autre personne vient de classer ce groupe : rien n’a été changé. Voici où il en est."
_GONE = "Ce groupe n’existe plus : ses phrases ont été déplacées dans un autre."
_OWN_GROUP = "nouveau"


class _Problem(NamedTuple):
    group_id: int
    message: str

    @property
    def field(self) -> str:
        """The list of topics of that group."""
        return f"sujet-{self.group_id}"


@desk_page
def improvement_page(request: Request, portal: Portal, visitor: Visitor, who: Adviser) -> Response:
    """The groups of sentences that nobody has said anything of, or those that somebody has."""
    return _list(request, portal, visitor)


@desk_page
def group_page(request: Request, portal: Portal, visitor: Visitor, who: Adviser) -> Response:
    """Every sentence of one group, each of which can be moved to another."""
    return _group(request, portal, visitor)


@desk_form
def said_of_group(request: Request, portal: Portal, visitor: Visitor, who: Adviser, form: Form) -> Response:
    """Say what a group is about, or take that back."""
    group_id, choice = _group_id(request), form.get("choix", "")
    assigned, topic = _CHOICES.get(choice), form.get("sujet", "")
    if assigned is None and choice != _UNDO:
        raise HTTPException(400)
    if assigned is Assigned.TOPIC and topic not in assignable_topics():
        return _list(request, portal, visitor, _Problem(group_id, _NO_TOPIC), status_code=422)
    try:
        seen = read_seen(form.get("vu", ""))
        with transaction(on=portal.engine) as session:
            if assigned is None:
                undo(session, who, group_id, seen=seen)
            else:
                assign(session, who, group_id, assigned, topic if assigned is Assigned.TOPIC else None, seen=seen)
    except ValueError:
        raise HTTPException(400) from None
    except NotAllowed:
        raise HTTPException(404) from None
    except Gone:
        return _list(request, portal, visitor, notice=_GONE, status_code=404)
    except Changed:
        return _group(request, portal, visitor, notice=_CHANGED, status_code=409)
    criteria = Criteria.read(request.query_params)
    return RedirectResponse(criteria.address(page=criteria.page, fait=str(group_id)), status_code=303)


@desk_form
def moved_sentence(request: Request, portal: Portal, visitor: Visitor, who: Adviser, form: Form) -> Response:
    """Move a sentence to another group, or to one of its own."""
    target = form.get("groupe", "")
    key = form.get("phrase", "")
    if not (target == _OWN_GROUP or _GROUP_ID.fullmatch(target)) or len(key) > KEY_LENGTH:
        raise HTTPException(400)
    try:
        with transaction(on=portal.engine) as session:
            to = move(session, who, _group_id(request), key, None if target == _OWN_GROUP else int(target))
    except NotAllowed:
        raise HTTPException(404) from None
    except Gone:
        return _list(request, portal, visitor, notice=_GONE, status_code=404)
    return RedirectResponse(group_path(to), status_code=303)


def _list(
    request: Request,
    portal: Portal,
    visitor: Visitor,
    problem: _Problem | None = None,
    *,
    notice: str = "",
    status_code: int = 200,
) -> Response:
    titles = assignable_topics()
    criteria = Criteria.read(request.query_params)
    with reading(on=portal.engine) as session:
        listing = listing_of(session, criteria, titles)
        done = request.query_params.get("fait", "")
        told = session.get(SentenceGroup, int(done)) if _GROUP_ID.fullmatch(done) and problem is None else None
        return portal.pages.render(
            request,
            "desk/improvement.html",
            visitor,
            status_code=status_code,
            listing=listing,
            links=page_links(listing.criteria.page, listing.page_count),
            titles=titles,
            problem=problem,
            told=row_of(told, [], titles) if told else None,
            notice=notice,
            is_open=listing.criteria.which is Which.OPEN,
            is_newest=listing.criteria.order is Order.NEWEST,
            views=(Criteria(), Criteria(Which.ASSIGNED)),
            orders=(
                Criteria(listing.criteria.which, Order.LARGEST),
                Criteria(listing.criteria.which, Order.NEWEST),
            ),
        )


def _group(request: Request, portal: Portal, visitor: Visitor, *, notice: str = "", status_code: int = 200) -> Response:
    group_id, titles = _group_id(request), assignable_topics()
    with reading(on=portal.engine) as session:
        group = session.get(SentenceGroup, group_id)
        if group is None:
            return _list(request, portal, visitor, notice=_GONE, status_code=404)
        said = said_in(session, [group_id])[group_id]
        others = session.scalars(listed(Which.OPEN, Order.LARGEST).limit(PAGE_SIZE * 3)).all()
        return portal.pages.render(
            request,
            "desk/improvement_group.html",
            visitor,
            status_code=status_code,
            row=row_of(group, said, titles),
            criteria=Criteria.read(request.query_params),
            titles=titles,
            others=[other for other in others if other.id != group_id],
            title_of=title_of,
            notice=notice,
            path_of_group=group_path(group_id),
        )


def _group_id(request: Request) -> int:
    group_id = request.path_params["group_id"]
    if not _GROUP_ID.fullmatch(group_id):
        raise HTTPException(404)
    return int(group_id)
