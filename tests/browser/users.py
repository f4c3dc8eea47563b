"""«Gestion des habilitations» as a manager with a mouse uses it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect


class UserPages:
    """The list, the form of F5 and the page of a user, by the names that are read out."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.heading = page.get_by_role("heading", level=1)
        self.main = page.get_by_role("main")
        self.menu = page.get_by_role("navigation", name="Navigation principale")
        self.menu_item = self.menu.get_by_role("link", name="Gestion des habilitations")
        self.last_name = page.get_by_label("Nom *", exact=True)
        self.first_name = page.get_by_label("Prénom *", exact=True)
        self.email = page.get_by_label(re.compile(r"^Adresse mail"))
        self.email_again = page.get_by_label(re.compile(r"^Confirmez l’adresse mail"))
        self.opening = page.get_by_label("Date d’ouverture (facultatif)")
        self.closing_day = page.get_by_label("Date de clôture (facultatif)")
        self.phone = page.get_by_label("Téléphone (facultatif)", exact=True)
        self.phone_again = page.get_by_label("Confirmez le téléphone (facultatif)")
        self.manager = page.get_by_label("Responsable d’habilitation", exact=True)
        self.validating = page.get_by_role("button", name="Valider")
        self.alert = page.get_by_role("alert")

    def group(self, name: str) -> Locator:
        """The box of an authorisation group."""
        return self._page.get_by_role("checkbox", name=name, exact=True)

    @property
    def groups(self) -> list[str]:
        """The groups that may be ticked."""
        boxes = self._page.get_by_role("group", name="Groupes d’habilitations *")
        return boxes.locator(".choice label").all_inner_texts()

    def row(self, name: str) -> Locator:
        """A user in the list."""
        return self._page.get_by_role("row").filter(has_text=name)

    @property
    def names(self) -> list[str]:
        """The users of the list, from the top, without «(vous)»."""
        return self._page.get_by_role("table").get_by_role("rowheader").get_by_role("link").all_inner_texts()

    def open_list(self) -> None:
        """By the menu."""
        self.menu_item.click()
        expect(self.heading).to_have_text("Mes utilisateurs")

    def open_form(self) -> None:
        """By the menu, then «Créer un utilisateur»."""
        self.open_list()
        self.main.get_by_role("link", name="Créer un utilisateur").click()
        expect(self.heading).to_have_text("Créer un utilisateur")

    def open_user(self, name: str) -> None:
        """By the menu, then the name."""
        self.open_list()
        self.row(name).get_by_role("link").click()
        expect(self.heading).to_have_text(name)

    def fill(self, first_name: str, last_name: str, email: str, groups: Sequence[str]) -> None:
        """What is required of a new user."""
        self.last_name.fill(last_name)
        self.first_name.fill(first_name)
        self.email.fill(email)
        self.email_again.fill(email)
        for group in groups:
            self.group(group).check()

    def create(self, first_name: str, last_name: str, email: str, groups: Sequence[str]) -> None:
        """From the menu to the page that says that the mails are on their way."""
        self.open_form()
        self.fill(first_name, last_name, email, groups)
        self.validating.click()
        expect(self.heading).to_have_text(f"L’accès est créé pour {first_name} {last_name}")

    def close(self, name: str) -> None:
        """«Clôturer l’accès», confirmed."""
        self.open_user(name)
        self.main.get_by_role("link", name="Clôturer l’accès").click()
        expect(self.heading).to_have_text(re.compile(rf"^Clôturer l’accès de {re.escape(name)}\s\?$"))
        self.main.get_by_role("button", name="Clôturer l’accès").click()
        expect(self.heading).to_have_text(f"L’accès est clos pour {name}")
