"""One intent for the request and the question: who says it, and how, decides."""

from __future__ import annotations

import pytest

from actions.create_user.request import is_request, told
from actions.desk.ask import OfferReplacement
from offre_bailleurs.database import transaction
from offre_bailleurs.models import AuthorisationGroup, PortalUser, UserState
from tests.unit.actions.answering import Visitor, names
from tests.unit.actions.creating import Creation
from tests.unit.conftest import World

TOPIC, OFFER = "utter_create_user", "utter_create_user_offer"
REQUESTS = (
    "ajoute ma collègue",
    "je veux créer un utilisateur",
    "crée un accès pour Paul Martin",
    "peux-tu ajouter ma collègue",
    "ajoute julie@exemple.fr",
    "jveu ajouté un utilisateur",
    "Créez un compte pour notre comptable, merci",
    "ma remplaçante arrive lundi, il lui faut un login",
)
QUESTIONS = (
    "comment créer un utilisateur",
    "ajouter ma collègue ?",
    "où ajouter ma collègue",
    "qui peut créer un utilisateur",
    "quels champs pour créer un utilisateur",
    "pourquoi créer un utilisateur",
    "faut-il créer un utilisateur par personne",
    "peut-on ajouter une collègue",
    "est-ce que je peux ajouter une collègue",
    "l'utilisateur que j'ai ajouté n'a pas reçu son mot de passe",
    "supprimer un utilisateur",
    "retirer l'accès d'un collègue",
    "fermer le compte d'un salarié",
    "habilitations",
    "date d'ouverture et date de clôture",
)


@pytest.fixture(autouse=True)
def _organisation(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).is_administrator = True


@pytest.mark.parametrize("words", REQUESTS)
def test_a_request_of_an_administrator_begins_the_form(world: World, words: str) -> None:
    talk = Creation(world.colleague)
    assert is_request(words)
    assert talk.asks(words).names[0] == "utter_create_user_begins"
    assert talk.slots["create_user_ready"] is True


@pytest.mark.parametrize("words", QUESTIONS)
def test_a_question_of_an_administrator_is_answered_and_the_form_offered(world: World, words: str) -> None:
    talk = Creation(world.colleague)
    said = talk.asks(words)
    assert said.names == [TOPIC, OFFER]
    assert talk.slots["create_user_ready"] is False
    assert talk.presses(said, "Créer un utilisateur maintenant").names[0] == "utter_create_user_begins"


def test_a_responsable_d_habilitation_may_too(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.limited_colleague).is_authorisation_manager = True
    assert Creation(world.limited_colleague).asks(REQUESTS[0]).names[0] == "utter_create_user_begins"


def test_a_plain_user_is_told_first_who_can(world: World) -> None:
    for words in (REQUESTS[0], QUESTIONS[0]):
        talk = Creation(world.limited_colleague)
        assert talk.asks(words).names == ["utter_create_user_not_yours", TOPIC]
        assert talk.question is None


def test_a_private_landlord_reads_that_their_guide_does_not_speak_of_it(world: World) -> None:
    talk = Creation(world.landlord)
    talk.slots["profile"] = "landlord"
    said = talk.asks(REQUESTS[0])
    assert (said.names, said.values["profile"]) == ([TOPIC], "landlord")


def test_a_visitor_is_answered_and_told_to_sign_in(world: World) -> None:
    assert Creation(None).asks(REQUESTS[0]).names == [TOPIC, "utter_create_user_sign_in"]
    landlord = Creation(None)
    landlord.slots["profile"] = "landlord"
    assert landlord.asks(REQUESTS[0]).names == [TOPIC]


def test_who_has_been_closed_is_no_administrator_any_more(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).state = UserState.CLOSED
    talk = Creation(world.colleague)
    assert talk.asks(REQUESTS[0]).names == [TOPIC]
    assert talk.slots["create_user_ready"] is False


def test_an_old_button_pressed_without_the_right_begins_nothing(world: World) -> None:
    talk = Creation(world.limited_colleague)
    assert talk.asks("Créer un utilisateur maintenant", "begin_create_user").names == [
        "utter_create_user_not_yours",
        TOPIC,
    ]


@pytest.mark.parametrize("form", ["declare_rent_form", "recover_access_form", "create_user_form"])
def test_in_the_middle_of_a_form_the_topic_is_answered_and_nothing_begins(world: World, form: str) -> None:
    talk = Creation(world.colleague)
    talk.form = form
    talk.slots["new_user"] = {"last_name": "Martin"}
    assert talk.asks(REQUESTS[0]).names == [TOPIC]
    assert (talk.slots["create_user_ready"], talk.slots["new_user"]) == (False, {"last_name": "Martin"})


def test_without_any_group_nothing_begins(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).is_administrator = False
        manager = session.get_one(PortalUser, world.limited_colleague)
        manager.is_authorisation_manager, manager.groups = True, []
        assert session.query(AuthorisationGroup).count() == 2
    talk = Creation(world.limited_colleague)
    assert talk.asks(REQUESTS[0]).names == ["utter_create_user_no_group"]


@pytest.mark.parametrize(
    ("words", "first_name", "last_name", "email"),
    [
        ("ajoute ma collègue Julie Martin", "Julie", "Martin", None),
        ("Ajoute Julie Martin", "Julie", "Martin", None),
        ("ajoute ma collegue julie martin", "julie", "martin", None),
        ("crée un accès pour Mme Le Goff", None, "Le Goff", None),
        ("ajoute Yann de La Tour, yann@exemple.fr", "Yann", "de La Tour", "yann@exemple.fr"),
        ("ajoute MARTIN Julie", "Julie", "MARTIN", None),
        ("ajoute ma collègue", None, None, None),
        ("Bonjour, je voudrais un accès pour Paul Legrand s'il vous plaît", "Paul", "Legrand", None),
        ("ajoute {{7*7}} <b>", None, None, None),
    ],
)
def test_what_a_request_tells_of_the_user_is_taken(
    words: str, first_name: str | None, last_name: str | None, email: str | None
) -> None:
    draft = told(words)
    given = tuple(value and value.lower() for value in (draft.first_name, draft.last_name, draft.email))
    assert given == tuple(value and value.lower() for value in (first_name, last_name, email))


# --- Another administrator (F8) ----------------------------------------------------------------------------------


def test_who_speaks_for_an_organisation_can_have_the_replacement_requested(world: World) -> None:
    for user_id, offered in ((world.colleague, True), (world.landlord, False), (None, False)):
        said = Visitor(user_id=user_id).asks(OfferReplacement(), "…", "replace_administrator")
        assert names(said) == (["utter_replacement_offer"] if offered else [])
    button = Visitor(user_id=world.colleague).asks(OfferReplacement(), "…", "replace_administrator")[0]["buttons"][0]
    assert button["payload"] == '/ask_adviser{"reason": "replace_administrator"}'
