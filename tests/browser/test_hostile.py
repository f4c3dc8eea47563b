"""What others wrote is text, wherever it is shown; and the witness of every test is not asleep."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import TenantGiven

MARKUP = "<img src=/intrus onerror=document.title='PERDU'>"
TENANT = f"Zoé {MARKUP}"


def test_a_tenants_name_with_markup_is_shown_as_text_from_the_list_to_the_recap(visitor: Visitor, site: Site) -> None:
    page, assistant = visitor.page, visitor.assistant
    household = site.world.landlord("Aïcha Chevron", [TenantGiven(TENANT), TenantGiven("Noé Genêt")])
    visitor.sign_in(household)
    expect(page.get_by_role("rowheader").filter(has_text="Zoé")).to_have_text(TENANT)

    assistant.open()
    assistant.say("Je veux déclarer un loyer")
    expect(assistant.choice("Zoé")).to_contain_text(MARKUP)
    assert MARKUP in assistant.press("Zoé")
    assistant.press("Oui")
    assert MARKUP in assistant.say("450")
    assert MARKUP in assistant.press("Valider")
    assert MARKUP in visitor.fetch_pdf(str(assistant.file_link.get_attribute("href"))).replace("\n", "")

    page.reload()
    expect(assistant.log).to_contain_text(MARKUP)
    _assert_nothing_ran(visitor)


def test_what_is_typed_is_shown_as_text(visitor: Visitor) -> None:
    typed = [MARKUP, "<script>document.title='PERDU'</script>", "[clic](javascript:document.title='PERDU')", "{{7*7}}"]
    visitor.go("/")
    visitor.assistant.open()
    for text in typed:
        visitor.assistant.say(text)
    visitor.page.reload()
    visitor.assistant.wait_until_answered()
    assert [said.text for said in visitor.assistant.said if said.who == "user"] == typed
    _assert_nothing_ran(visitor)


def test_a_search_with_markup_is_shown_as_text(visitor: Visitor, site: Site) -> None:
    visitor.sign_in(site.world.landlord("Karim Crochet", [TenantGiven("Noé Genêt")]))
    visitor.page.get_by_label("Chercher un locataire").fill(MARKUP)
    visitor.page.get_by_role("button", name="Chercher").click()
    expect(visitor.page.get_by_role("main")).to_contain_text(MARKUP)
    _assert_nothing_ran(visitor)


def test_the_policy_stops_what_a_page_should_not_do_and_the_witness_sees_it(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.page.evaluate(
        """() => {
            const inline = document.createElement("script");
            inline.textContent = "document.title = 'PERDU'";
            document.body.append(inline);
            const stranger = document.createElement("img");
            stranger.src = "https://ailleurs.example/pixel.png";
            document.body.append(stranger);
            console.error("une plainte");
        }"""
    )
    _assert_nothing_ran(visitor)
    complaints = " ".join(visitor.witness.complaints)
    for part in ("script-src 'self'", "img-src 'self'", "une plainte", "another origin: https://ailleurs.example/"):
        assert part in complaints
        visitor.witness.expect(part)


def _assert_nothing_ran(visitor: Visitor) -> None:
    visitor.page.wait_for_load_state("load")
    visitor.page.wait_for_timeout(500)  # an open chat waits for what others say: its network is never idle
    assert "PERDU" not in visitor.page.title()
    assert [url for url in visitor.witness.requests if url.endswith("/intrus")] == []
