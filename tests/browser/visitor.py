"""Somebody at a browser of their own: cookies, one page, and a witness."""

from __future__ import annotations

from io import BytesIO

from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from offre_bailleurs.demo import DemoLogin
from tests.browser.access import AccessPages
from tests.browser.accessibility import DESKTOP
from tests.browser.assistant import Assistant
from tests.browser.keyboard import Keyboard
from tests.browser.site import Site
from tests.browser.text import plain
from tests.browser.users import UserPages
from tests.browser.witness import Witness, origin_of
from tests.support.world import PASSWORD, Household, Person

PATIENCE = 20_000
"""Milliseconds for whatever is waited for, on a machine that may be busy."""


class Visitor:
    """A browser context of its own on the site."""

    def __init__(self, browser: Browser, site: Site, *, size: tuple[int, int] = DESKTOP, scale: float = 1) -> None:
        self.site = site
        width, height = size
        self.context = browser.new_context(
            base_url=site.settings.portal_url,
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            locale="fr-FR",
            reduced_motion="reduce",  # a picture or a colour is never taken in the middle of a movement
        )
        self.context.set_default_timeout(PATIENCE)
        self.witness = Witness(self.context, {site.settings.portal_url, origin_of(site.settings.chat_url)})
        self.page: Page = self.context.new_page()
        self.assistant = Assistant(self.page, site.settings.chat_url)
        self.keyboard = Keyboard(self.page)
        self.access = AccessPages(self.page)
        self.users = UserPages(self.page)

    def close(self) -> None:
        """Close the browser's windows."""
        self.context.close()

    def go(self, path: str) -> None:
        """Open a page of the portal by its address."""
        self.page.goto(path)

    def sign_in(self, who: DemoLogin | Household | Person) -> None:
        """Fill in the form, from wherever the page is; the tenants' list."""
        person = who.people[0] if isinstance(who, Household) else who
        self.try_to_sign_in(person.login, person.password if isinstance(person, DemoLogin) else PASSWORD)
        expect(self.page.get_by_role("heading", name="Mes locataires")).to_be_visible()

    def try_to_sign_in(self, login: str, password: str) -> None:
        """Fill in the form, from wherever the page is; wherever it leads."""
        self.go("/connexion")
        self.page.get_by_label("Identifiant", exact=True).fill(login)
        self.page.get_by_label("Mot de passe", exact=True).fill(password)
        self.page.get_by_role("button", name="Connexion", exact=True).click()

    def be_refused(self, login: str, password: str) -> None:
        """Try to sign in; it must not do."""
        self.witness.expect("status of 422")  # Chromium notes it for any page that is not a success
        self.try_to_sign_in(login, password)
        expect(self.page.get_by_role("alert")).to_contain_text("Identifiant ou mot de passe incorrect")

    def leave_checks_to_the_server(self) -> None:
        """The browser itself stops a form with an empty field; what the page answers is to be seen all the same."""
        self.page.locator("main form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true; })")

    def sign_out(self) -> None:
        """Press « Se déconnecter »; the home page."""
        self.page.get_by_role("button", name="Se déconnecter").click()
        expect(self.page.get_by_role("status").get_by_text("déconnecté")).to_be_visible()

    def resize(self, size: tuple[int, int]) -> None:
        """Make the window wider or narrower."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def fetch_pdf(self, address: str) -> str:
        """The text of a PDF, got with this browser's cookies."""
        response = self.context.request.get(address)
        assert response.status == 200, f"{response.status} for {address}"
        assert response.headers["content-type"] == "application/pdf"
        return pdf_text(response.body())


def pdf_text(content: bytes) -> str:
    """What can be copied from a PDF's pages."""
    return plain("\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))
