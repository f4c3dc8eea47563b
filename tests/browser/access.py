"""The first connection, a new password and the requests, as a person with a mouse goes through their pages."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import NEW_PASSWORD


class AccessPages:
    """The fields and buttons of those pages, by the names that are read out, and the usual way through."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.heading = page.get_by_role("heading", level=1)
        self.main = page.get_by_role("main")
        self.email = page.get_by_label("Adresse courriel", exact=True)
        self.email_again = page.get_by_label("Adresse courriel, une seconde fois")
        self.phone = page.get_by_label("Téléphone (facultatif)", exact=True)
        self.phone_again = page.get_by_label("Téléphone, une seconde fois (facultatif)")
        self.password = page.get_by_label("Nouveau mot de passe", exact=True)
        self.password_again = page.get_by_label("Nouveau mot de passe, une seconde fois")
        self.going_on = page.get_by_role("button", name="Enregistrer et continuer")
        self.accepting_rules = page.get_by_label("J’accepte les règles d’usage")
        self.accepting_terms = page.get_by_label("J’accepte les conditions d’utilisation")
        self.accepting = page.get_by_role("button", name="Accepter et continuer")
        self.finishing = page.get_by_role("button", name="Accepter et terminer")
        self.user_number = page.get_by_label("N° utilisateur", exact=True)
        self.asking = page.get_by_role("button", name="Envoyer la demande")
        self.alert = page.get_by_role("alert")

    def expect_step(self, number: int) -> None:
        """Wait for a step of the first connection."""
        expect(self.heading).to_contain_text(f"étape {number} sur 5")
        expect(self._current).to_have_count(1)
        expect(self._current).to_contain_text("en cours")

    @property
    def _current(self) -> Locator:
        return self._page.locator("[aria-current=step]")

    def give_details(self, email: str) -> None:
        """Step 2, with the names that are known; step 3."""
        self.expect_step(2)
        self.email.fill(email)
        self.email_again.fill(email)
        self.going_on.click()
        self.expect_step(3)

    def choose_password(self, password: str = NEW_PASSWORD) -> None:
        """Type it twice and go on."""
        self.password.fill(password)
        self.password_again.fill(password)
        self.going_on.click()

    def accept_rules(self) -> None:
        """Step 4; step 5, its box ticked."""
        self.expect_step(4)
        self.accepting_rules.check()
        self.accepting.click()
        self.expect_step(5)
        self.accepting_terms.check()

    def connect_first(self, email: str, password: str = NEW_PASSWORD) -> None:
        """From step 2 to the welcome at the end."""
        self.give_details(email)
        self.choose_password(password)
        self.accept_rules()
        self.finishing.click()
        expect(self.heading).to_contain_text("Bienvenue")

    def ask_login(self, user_number: str) -> None:
        """« Identifiant perdu », from the sign-in page; what is told."""
        self._page.goto("/connexion")
        self._page.get_by_role("main").get_by_role("link", name="Identifiant perdu").first.click()
        self.user_number.fill(user_number)
        self.asking.click()
        expect(self.heading).to_have_text("Votre demande d’identifiant")

    def ask_password(self, email: str) -> None:
        """« Mot de passe oublié » of somebody who has connected before, from the sign-in page; what is told."""
        self._page.goto("/connexion")
        self._page.get_by_role("main").get_by_role("link", name="Mot de passe oublié").first.click()
        self._page.get_by_label("Oui, au moins une fois").check()
        self._page.get_by_role("button", name="Continuer").click()
        self.email.fill(email)
        self.asking.click()
        expect(self.heading).to_have_text("Votre demande de mot de passe")
