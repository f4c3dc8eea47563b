"""The thousand conversations: what is done, how often, and what the figures must count of it.

The truth of a talk is written beside it: nothing of it is read from the bot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from offre_bailleurs.desk import reasons
from offre_bailleurs.figures.tables import Outcome as JourneyOutcome
from offre_bailleurs.models import Outcome, Profile, RequestKind
from tests.services.figures import talks
from tests.services.figures.talks import Play, Waits

LANDLORD, ORGANISATION = Profile.LANDLORD, Profile.ORGANISATION
UNDER_WAY, SUBMITTED = JourneyOutcome.UNDER_WAY, JourneyOutcome.SUBMITTED


@dataclass(frozen=True)
class Asked:
    """A request for an adviser."""

    reason: str
    kind: RequestKind = RequestKind.LIVE
    waited: float | None = None
    """Seconds, if it was taken."""
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Truth:
    """What the figures must count of one conversation."""

    profile: Profile | None = None
    spoke: bool = True
    declarations: int = 0
    unanswered: int = 0
    topics: tuple[tuple[str, int, bool | None], ...] = ()
    """Topic, answers, last vote."""
    journeys: tuple[tuple[str, JourneyOutcome, str | None], ...] = ()
    """Journey, how it ended, the question that was open."""
    requests: tuple[Asked, ...] = ()

    @property
    def handed_over(self) -> bool:
        """A request reached the desk."""
        return bool(self.requests)


@dataclass(frozen=True)
class Talk:
    """One kind of conversation, held so many times. `play` gets the number of the talk among its kind."""

    times: int
    truth: Truth
    play: Play
    waits: Waits | None = None
    """How long each of its requests waited."""

    def truth_of(self, number: int) -> Truth:
        """Of one of them."""
        if self.waits is None:
            return self.truth
        (asked,) = self.truth.requests
        return replace(self.truth, requests=(replace(asked, waited=self.waits(number)),))


def _journey(name: str, outcome: JourneyOutcome, step: str | None, profile: Profile | None = LANDLORD) -> Truth:
    return Truth(profile, journeys=((name, outcome, step),), declarations=int((name, outcome) == _DECLARED))


_DECLARED = ("declare_rent", SUBMITTED)

ANY_TIME = (
    Talk(50, Truth(spoke=False), talks.silent),
    Talk(20, Truth(LANDLORD, spoke=False), talks.silent_landlord),
    Talk(40, Truth(), talks.polite),
    Talk(150, Truth(topics=(("keep_recap", 1, None),)), talks.one_question),
    Talk(30, Truth(topics=(("find_user_number", 1, True),)), talks.one_question_with_picture),
    Talk(110, Truth(topics=(("deadline", 1, True),)), talks.helped),
    Talk(60, Truth(topics=(("keep_recap", 1, False),)), talks.not_helped),
    Talk(20, Truth(topics=(("deadline", 1, True),)), talks.changed_mind),
    Talk(40, Truth(LANDLORD, topics=(("why_declare", 1, True), ("keep_recap", 1, False))), talks.two_topics),
    Talk(30, Truth(ORGANISATION, topics=(("keep_recap", 2, None),)), talks.same_topic_twice),
    Talk(20, Truth(LANDLORD, topics=(("receive_credentials", 1, None),)), talks.says_profile("Bailleur particulier")),
    Talk(15, Truth(ORGANISATION, topics=(("receive_credentials", 1, None),)), talks.says_profile("Organisme")),
    Talk(90, Truth(LANDLORD, unanswered=1), talks.gibberish),
    Talk(30, _journey("declare_rent", SUBMITTED, "decision"), talks.declares),
    Talk(30, _journey("declare_rent", UNDER_WAY, "tenant"), talks.leaves_declaration(0)),
    Talk(35, _journey("declare_rent", UNDER_WAY, "situation"), talks.leaves_declaration(1)),
    Talk(15, _journey("declare_rent", UNDER_WAY, "july_rent"), talks.leaves_declaration(2)),
    Talk(10, _journey("declare_rent", UNDER_WAY, "decision"), talks.leaves_declaration(3)),
    Talk(8, _journey("declare_rent", JourneyOutcome.CANCELLED, "july_rent"), talks.cancels_declaration),
    Talk(7, _journey("declare_rent", JourneyOutcome.POSTPONED, "situation"), talks.postpones_declaration),
    Talk(
        10,
        replace(_journey("declare_rent", UNDER_WAY, "situation"), topics=(("keep_recap", 1, None),)),
        talks.asks_in_form,
    ),
    Talk(10, _journey("declare_rent", UNDER_WAY, "tenant"), talks.misunderstood_in_form),
    Talk(25, _journey("recover_access", UNDER_WAY, "access_missing", None), talks.leaves_access),
    Talk(
        15,
        replace(_journey("recover_access", SUBMITTED, "access_user_number", None), topics=(("lost_login", 1, None),)),
        talks.recovers_access,
    ),
    Talk(10, _journey("create_user", UNDER_WAY, "first_name", ORGANISATION), talks.leaves_new_user),
    Talk(
        15,
        Truth(
            ORGANISATION,
            topics=(("replace_administrator", 1, None),),
            requests=(Asked(reasons.REPLACE_ADMINISTRATOR, RequestKind.MESSAGE),),
        ),
        talks.replaces_administrator,
    ),
)


def _every(first: float, step: float) -> Waits:
    """Waits that grow evenly: the first one, then `step` more each."""
    return lambda number: first + step * number


_ASKED, _MISUNDERSTOOD, _NOT_HELPED, _IN_FORM = _every(20, 10), _every(5, 3), _every(400, 7), _every(61, 1)

DESK_OPEN = (
    Talk(20, Truth(requests=(Asked(reasons.ASKED, outcome=Outcome.WITHDRAWN),)), talks.withdraws),
    Talk(
        20,
        Truth(ORGANISATION, topics=(("furnished_or_shared", 1, None),), requests=(Asked(reasons.SILENCE),)),
        talks.waits_on,
    ),
    Talk(
        20,
        Truth(
            LANDLORD,
            topics=(("deadline", 1, None),),
            requests=(Asked(reasons.ASKED, outcome=Outcome.RESOLVED),),
        ),
        talks.answered_live(_ASKED),
        _ASKED,
    ),
    Talk(
        20,
        Truth(unanswered=2, requests=(Asked(reasons.MISUNDERSTOOD, outcome=Outcome.BOT_WAS_WRONG),)),
        talks.misunderstood_then_live(_MISUNDERSTOOD),
        _MISUNDERSTOOD,
    ),
    Talk(
        15,
        Truth(LANDLORD, topics=(("keep_recap", 1, False),), requests=(Asked(reasons.NOT_HELPFUL),)),
        talks.not_helped_then_live(_NOT_HELPED),
        _NOT_HELPED,
    ),
    Talk(
        10,
        replace(
            _journey("declare_rent", SUBMITTED, "decision"),
            requests=(Asked(reasons.ASKED, outcome=Outcome.OUT_OF_SCOPE),),
        ),
        talks.handed_over_in_form(_IN_FORM),
        _IN_FORM,
    ),
)

DESK_CLOSED = (
    Talk(
        30,
        replace(
            _journey("leave_message", SUBMITTED, "left_decision", None),
            requests=(Asked(reasons.ASKED, RequestKind.MESSAGE, outcome=Outcome.ANSWER_MISSING),),
        ),
        talks.leaves_message,
    ),
    Talk(20, _journey("leave_message", UNDER_WAY, "left_email", None), talks.leaves_no_message),
    Talk(10, _journey("leave_message", JourneyOutcome.CANCELLED, "left_message"), talks.gives_message_up),
)
