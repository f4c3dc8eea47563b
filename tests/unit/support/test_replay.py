"""The replay tells a conversation that goes as written from one that does not, and says why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from offre_bailleurs.database import Base, make_engine, reading, transaction
from offre_bailleurs.models import Campaign, Declaration, DeclarationState, Situation
from tests.support.plugin import CONVERSATIONS
from tests.support.replay.reading import ScenarioError
from tests.support.replay.replay import ConversationFailed, Replay
from tests.support.replay.scenario import Scenario, read_scenarios
from tests.support.world import campaign_year
from tests.unit.support.stand_in import Said, StandIn

YEAR = campaign_year()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'replay.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def bot(engine: Engine) -> StandIn:
    return StandIn(engine, polite)


def polite(said: str) -> list[Said]:
    """Greets, then answers 650 € to everything."""
    if not said:
        return [{"text": "Bonjour, que puis-je faire ?", "buttons": ["Déclarer un loyer", "Parler à un conseiller"]}]
    if said == "busy":
        return ["ERROR 409"]
    return [
        f"Vous avez dit « {said} ».",
        {
            "text": "Loyer\u00a0: 1\u202f650,00\u00a0€",
            "buttons": ["Valider"],
            "attachment": {"name": "recapitulatif.pdf", "url": "http://x", "type": "application/pdf", "size": 1},
        },
    ]


def read(tmp_path: Path, yaml: str) -> list[Scenario]:
    path = tmp_path / "conversation.yml"
    path.write_text(textwrap.dedent(yaml), encoding="utf-8")
    return list(read_scenarios(path))


def replay(bot: StandIn, tmp_path: Path, turns: str, given: str = "") -> Replay:
    yaml = f"conversation: a test\n{textwrap.dedent(given)}turns:\n{textwrap.indent(textwrap.dedent(turns), '  ')}"
    (scenario,) = read(tmp_path, yaml)
    run = Replay(scenario, bot)
    run.run()
    return run


@pytest.mark.parametrize(
    "expected",
    [
        "vous avez dit « deja »",
        "1 650,00 €",
        "/loyer : 1 650/",
        "/vous avez dit « d.jà »\\.$/",
        "=Vous avez dit « déjà ».",
        "{not: Bonjour}",
        "{any: [Bonjour, Loyer]}",
        "{buttons: [valid]}",
        "{button: Valider}",
        "{no_button: Annuler}",
        "{attachment: récapitulatif}",
        "{messages: 2}",
    ],
)
def test_what_is_said_is_recognised(bot: StandIn, tmp_path: Path, expected: str) -> None:
    run = replay(bot, tmp_path, f"- user: déjà\n  bot: {quoted(expected)}")
    assert run.turns == 2


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        ("1 650,50 €", "« 1 650,50 € » is not said"),
        ("/loyer : 2/", "nothing like /loyer : 2/ is said"),
        ("=Vous avez dit", "no message is exactly « Vous avez dit »"),
        ("{not: [Bonjour, Loyer]}", "« Loyer » should not be said"),
        ("{any: [Bonjour, Bonsoir]}", "none of these: « Bonjour » is not said; « Bonsoir » is not said"),
        ("{buttons: [Valider, Annuler]}", "the buttons are « Valider », not « Valider », « Annuler »"),
        ("{buttons: none}", "the buttons are « Valider », not none"),
        ("{button: Annuler}", "there is no button « Annuler » among « Valider »"),
        ("{no_button: Valider}", "there is a button « Valider » among « Valider »"),
        ("{attachment: none}", "a file is attached: « recapitulatif.pdf »"),
        ("{attachment: facture}", "no file « facture » is attached, only « recapitulatif.pdf »"),
        ("{messages: 1}", "2 messages, not 1"),
    ],
)
def test_what_is_not_said_fails_with_the_reason(bot: StandIn, tmp_path: Path, expected: str, reason: str) -> None:
    with pytest.raises(ConversationFailed) as failure:
        replay(bot, tmp_path, f"- user: déjà\n  bot: [Vous, {quoted(expected)}]")
    assert f"✗ {reason}" in str(failure.value)


def quoted(expected: str) -> str:
    return expected if expected.startswith("{") else f"'{expected}'"


def test_a_failure_shows_the_whole_conversation_so_far(bot: StandIn, tmp_path: Path) -> None:
    with pytest.raises(ConversationFailed) as failure:
        replay(bot, tmp_path, "- press: conseiller\n- user: 'oui'\n  bot: Merci\n- user: jamais dit")
    shown = str(failure.value)
    assert "turn 2 of 3" in shown
    for line in (
        "(Claude Bailleur opens a conversation)",
        "bot | Bonjour, que puis-je faire ?",
        "[Déclarer un loyer] [Parler à un conseiller]",
        "you ⏎ [Parler à un conseiller]",
        "you > oui",
        "file: recapitulatif.pdf",
    ):
        assert line in shown
    assert "jamais dit" not in shown


def test_a_turn_without_words_looks_at_the_greeting(bot: StandIn, tmp_path: Path) -> None:
    assert replay(bot, tmp_path, "- bot: [Bonjour, {button: Déclarer}]").turns == 1


def test_a_button_that_was_never_shown_cannot_be_pressed(bot: StandIn, tmp_path: Path) -> None:
    with pytest.raises(ConversationFailed, match="no button « Valider » was shown"):
        replay(bot, tmp_path, "- press: Valider")


def test_an_error_of_the_chat_fails_unless_it_is_expected(bot: StandIn, tmp_path: Path) -> None:
    replay(bot, tmp_path, "- user: busy\n  problem: 409")
    with pytest.raises(ConversationFailed, match="the chat answered an error: 409"):
        replay(bot, tmp_path, "- user: busy")
    with pytest.raises(ConversationFailed, match="did not answer the error 409"):
        replay(bot, tmp_path, "- user: hello\n  problem: 409")


def test_a_message_sent_again_must_be_answered_the_same(engine: Engine, tmp_path: Path) -> None:
    bot = StandIn(engine, polite)
    replay(bot, tmp_path, "- user: hello\n- again: true")
    bot.forgets_answers = True
    with pytest.raises(ConversationFailed, match="answered otherwise"):
        replay(bot, tmp_path, "- user: hello\n- again: true")


def test_each_tab_and_each_speaker_has_a_conversation_of_its_own(bot: StandIn, tmp_path: Path) -> None:
    given = "given: {also: [{landlord: {name: Dominique Autre}}]}\n"
    run = replay(
        bot,
        tmp_path,
        """
        - bot: Bonjour
        - in: a second tab
          bot: Bonjour
        - as: Dominique Autre
          user: hello
        - as: visitor
          bot: Bonjour
        - reopen: true
          bot: Bonjour
        - user: hello
          bot: Loyer
        """,
        given,
    )
    assert run.turns == 7


def test_somebody_who_is_not_given_cannot_speak(bot: StandIn, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="« Personne Ici » is nobody of this conversation: Claude Bailleur"):
        replay(bot, tmp_path, "- as: Personne Ici\n  user: hello")


GIVEN = """
given:
  landlord:
    tenants:
      - {name: Camille Durand, last_year_rent: 640.50}
      - {name: Yann Le Goff, address: "1 rue A, 35000 Rennes", since: 2021-09-01, co_tenants: 2}
"""


def declares(bot: StandIn, heard: str) -> None:
    """Have the stand-in declare 650.50 € of Camille Durand when it hears something."""

    def script(said: str) -> list[Said]:
        if said == heard:
            with transaction(on=bot.engine) as session:
                last_year = session.scalars(select(Declaration)).one()
                session.add(
                    Declaration(
                        tenancy_id=last_year.tenancy_id,
                        campaign=session.scalars(select(Campaign).where(Campaign.year == YEAR)).one(),
                        state=DeclarationState.IN_PROGRESS,
                        situation=Situation.STILL_TENANT,
                        july_rent_cents=65_050,
                        updated_by_id=last_year.updated_by_id,
                    )
                )
        return ["Bien."]

    bot.script = script


def test_the_database_is_compared_with_what_is_written(bot: StandIn, tmp_path: Path) -> None:
    declares(bot, "go")
    replay(
        bot,
        tmp_path,
        """
        - user: wait
          database: {declaration: none, declarations: 0, audited: 0, adviser_requests: 0}
        - user: go
          database:
            declaration: {state: draft, situation: still_tenant, july_rent: 650.5, by: none, reference: none}
            tenancy: {tenant: Yann Le Goff, co_tenants: 2, ended_on: none}
        - database: {declaration: {tenant: Yann Le Goff, state: none}, declarations: 1}
        """,
        GIVEN,
    )


def test_a_database_that_holds_something_else_fails(bot: StandIn, tmp_path: Path) -> None:
    declares(bot, "go")
    with pytest.raises(ConversationFailed) as failure:
        replay(
            bot,
            tmp_path,
            """
            - user: go
              database:
                declaration: {tenant: Camille Durand, state: transmitted, july_rent: 650, co_tenants: none}
                declarations: 2
                tenancy: {tenant: Camille Durand, co_tenants: 2}
            """,
            GIVEN,
        )
    for reason in (
        "✗ declaration of Camille Durand: state is draft, not transmitted",
        "✗ declaration of Camille Durand: july_rent is 650.5, not 650",
        "✗ declarations: 1, not 2",
        "✗ tenancy of Camille Durand: co_tenants is 1, not 2",
    ):
        assert reason in str(failure.value)


def test_a_campaign_that_a_conversation_closed_is_open_for_the_next_one(bot: StandIn, tmp_path: Path) -> None:
    before = campaigns(bot.engine)
    replay(bot, tmp_path, "- meanwhile: {campaign: closed}\n- user: hello", "given: {campaign: not open}\n")
    assert campaigns(bot.engine) == before


def campaigns(engine: Engine) -> list[tuple[object, ...]]:
    with reading(on=engine) as session:
        return [(row.year, row.opens_on, row.closes_on) for row in session.scalars(select(Campaign))]


def test_placeholders_stand_for_the_days_and_the_campaign(tmp_path: Path) -> None:
    (scenario,) = read(
        tmp_path,
        """
        conversation: in <year> after <last year>
        turns:
          - user: "le <3 days ago:short> ou <yesterday> \\\\d{4}"
            database: {declaration: {situation_on: "<3 days ago:iso>"}}
        """,
    )
    assert scenario.name == f"in {YEAR} after {YEAR - 1}"
    assert scenario.turns[0].user is not None
    assert scenario.turns[0].user.endswith("\\d{4}")
    assert "<" not in scenario.turns[0].user


def test_examples_make_one_conversation_each(tmp_path: Path) -> None:
    scenarios = read(
        tmp_path,
        """
        conversation: "the rent is typed « <typed> »"
        examples:
          - {typed: "650", rent: 650}
          - {typed: "650,50", rent: 650.5}
        turns:
          - user: <typed>
            database: {declaration: {july_rent: <rent>}}
        """,
    )
    assert [scenario.name for scenario in scenarios] == ["the rent is typed « 650 »", "the rent is typed « 650,50 »"]
    assert [scenario.turns[0].user for scenario in scenarios] == ["650", "650,50"]


def test_the_conversation_of_the_readme_is_one(tmp_path: Path) -> None:
    readme = (CONVERSATIONS / "README.md").read_text(encoding="utf-8")
    written = readme.split("```yaml\n")[1].split("```")[0]
    (scenario,) = read(tmp_path, written)
    assert scenario.name == "a landlord corrects the rent at the summary"


@pytest.mark.parametrize(
    ("yaml", "complaint"),
    [
        ("conversation: x\nturns: [{user: 650}]", "turn 1, user: write 650 between quotes"),
        ("conversation: x\nturns: [{user: a, press: b}]", "« user » and « press » are two turns"),
        ("conversation: x\nturns: [{user: a, bots: b}]", "turn 1: « bots » is not known here"),
        ("conversation: x\nturns:\n- user: a\n  bot: b\n  bot: c", "line 5: « bot » stands twice"),
        ("conversation: x\nturns: [{as: a}]", "turn 1: nothing is done and nothing is expected"),
        ("conversation: x\nturns: [{user: a, bot: {says: b}}]", "bot: « says » is not known here"),
        ("conversation: x\nturns: [{user: a, bot: /(/}]", "is no regular expression"),
        ("conversation: x\nturns: [{user: a, bot: ''}]", "an empty text is always said"),
        ("conversation: x\nturns: [{user: a, database: {rent: 6}}]", "database: « rent » is not known here"),
        ("conversation: x\nturns: [{user: a, database: {declaration: {state: done}}}]", "draft, transmitted or none"),
        ("conversation: x\nturns: [{user: <tomorow>}]", "<tomorow> is neither a column of the examples"),
        ("conversation: x\ngiven: {campaign: shut}\nturns: [{user: a}]", "one of open, closed, not open is expected"),
        ("conversation: x\nexamples: [{a: 1}, {b: 2}]\nturns: [{user: a}]", "rows with the same columns"),
        ("conversation: x", "needs « conversation: »"),
        ("turns: [{user: a}]", "needs « conversation: »"),
        ("conversation: [", "not YAML"),
    ],
)
def test_a_mistake_of_the_writer_is_told_in_words(tmp_path: Path, yaml: str, complaint: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read(tmp_path, yaml)
    assert complaint in str(error.value)
    assert "conversation.yml" in str(error.value)
