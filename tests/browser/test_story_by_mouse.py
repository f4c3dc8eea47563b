"""The whole story with a mouse, as most people live it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from offre_bailleurs.demo import LANDLORD_35
from tests.browser.visitor import Visitor

TENANT = "Chloé Églantine"


def test_a_landlord_signs_in_declares_a_rent_and_keeps_the_recap(visitor: Visitor) -> None:
    page, assistant = visitor.page, visitor.assistant

    visitor.go("/")
    page.get_by_role("main").get_by_role("link", name="Se connecter").click()
    page.get_by_label("Identifiant", exact=True).click()
    page.keyboard.type(LANDLORD_35.login)
    page.get_by_label("Mot de passe", exact=True).click()
    page.keyboard.type(LANDLORD_35.password)
    page.get_by_role("button", name="Connexion", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Mes locataires")
    row = page.get_by_role("row").filter(has_text=TENANT)
    expect(row).to_contain_text("À déclarer")
    assert "Camille Fictive" in assistant.open()

    assert "12 rue des Trois-Ponts" in assistant.say(f"Je veux déclarer le loyer de {TENANT}")
    assert "loyer de juillet" in assistant.press("Oui")
    synthesis = assistant.say("655,50")
    assert TENANT in synthesis
    assert "655,50 €" in synthesis
    assert "Rien n'est transmis" in synthesis
    answer = assistant.press("Valider")
    assert "transmise à la Caf" in answer
    reference = _reference_in(answer)

    expect(assistant.file_link).to_have_accessible_name(
        re.compile(rf"^recapitulatif-{reference}\.pdf \(PDF, \d+\sKo\) \(nouvelle fenêtre\)$")
    )
    with visitor.context.expect_page() as opened, visitor.context.expect_event("response", _is_pdf) as shown:
        assistant.file_link.click()
    assert shown.value.status == 200
    assert f'filename="recapitulatif-{reference}.pdf"' in shown.value.headers["content-disposition"]
    recap = visitor.fetch_pdf(opened.value.url)
    for said in (TENANT, "655,50 €", reference, "Camille Fictive", "359 00007090001"):
        assert said in recap, said

    page.bring_to_front()
    assistant.closing.click()
    page.get_by_role("link", name="Mes locataires").click()
    expect(row).to_contain_text("Transmise")
    expect(row).to_contain_text(reference)
    kept = row.get_by_role("link", name=f"Récapitulatif pour {TENANT} (PDF)")
    assert visitor.fetch_pdf(str(kept.get_attribute("href"))) == recap


def _is_pdf(response: object) -> bool:
    return str(getattr(response, "url", "")).endswith(".pdf")


def _reference_in(answer: str) -> str:
    found = re.search(r"Référence : (OB-\d{4}-\d{6})", answer)
    assert found is not None, answer
    return found[1]
