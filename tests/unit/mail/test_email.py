"""An email as a mail program meets it, whatever names and addresses hold."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser

import pytest

from offre_bailleurs.mail.email import Email as Outgoing
from offre_bailleurs.mail.email import Unaddressable, render_email
from offre_bailleurs.mail.messages import login_message, temporary_password_message
from offre_bailleurs.mail.outbox import Content, Quotation
from offre_bailleurs.models import ContactChannel
from tests.support.mailbox import Email, read_email
from tests.unit.mail.people import AT, SECRET, SENDER, colleague, landlord

HOSTILE = 'Zoé\r\nBcc: tous@exemple.fr\r\n\r\n<script>alert("1")</script> & \u202eenvers\u0000'


def _rendered(
    content: Content | None = None, *, to: str = "ada@exemple.fr", sender: str = SENDER, key: str = "one"
) -> Outgoing:
    content = content or login_message(landlord(), by=ContactChannel.EMAIL)
    return render_email(content, to=to, sender=sender, key=key, at=AT, secret=SECRET)


def _read(content: Content | None = None, *, to: str = "ada@exemple.fr", sender: str = SENDER) -> Email:
    return read_email(_rendered(content, to=to, sender=sender).data)


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_an_email_bears_the_headers_of_an_automatic_message() -> None:
    message = _read().message
    assert str(message["From"]) == SENDER
    assert str(message["To"]) == "ada@exemple.fr"
    assert parsedate_to_datetime(str(message["Date"])) == AT
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert re.fullmatch(r"<[0-9a-f]{32}@offre-bailleurs\.example>", str(message["Message-ID"]))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_message_has_the_same_bytes_and_another_one_another_identity() -> None:
    assert _rendered() == _rendered()
    assert _rendered(key="one").data != _rendered(key="two").data


def test_what_travels_is_ascii_in_lines_that_every_server_takes() -> None:
    data = _rendered().data
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_the_secret_stands_alone_on_its_line_in_both_bodies() -> None:
    email = _read(temporary_password_message(landlord(), "ABCD-EFGH-JKLM-2345", AT, by=ContactChannel.EMAIL))
    assert "\n    ABCD-EFGH-JKLM-2345\n" in email.text
    assert re.search(r"<br><strong[^>]*>ABCD-EFGH-JKLM-2345</strong></p>", email.html)


def test_both_bodies_give_the_advice_and_no_link() -> None:
    email = _read()
    for body in (email.text, email.html):
        assert "Ne cliquez pas sur les liens des courriels" in body
        assert "caf.fr/partenaires" in body
        assert "http" not in body
    assert "a" not in [tag for tag, _ in _Tags(email.html).tags]


def test_the_html_says_its_language_and_has_one_heading_of_each_level() -> None:
    tags = _Tags(_read().html).tags
    assert ("html", {"lang": "fr"}) in tags
    assert [tag for tag, _ in tags if tag in ("h1", "h2", "h3")] == ["h1", "h2"]


def test_the_colours_are_left_to_the_reader() -> None:
    html = _read().html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert not re.search(r"colou?r\s*:|background", html)


def test_a_hostile_name_is_no_header_and_no_markup() -> None:
    content = login_message(colleague(organisation=HOSTILE), by=ContactChannel.EMAIL)
    hostile = Content(HOSTILE, content.paragraphs, content.secret, content.secret_label)
    email = _read(hostile)
    assert email.message["Bcc"] is None
    assert email.subject.startswith("Zoé Bcc: tous@exemple.fr")
    assert "script" not in [tag for tag, _ in _Tags(email.html).tags]
    assert "&lt;script&gt;" in email.html
    assert not re.search("[\u0000\u202e]", email.subject + email.text + email.html)


@pytest.mark.parametrize(
    "address",
    ["ada@exemple.fr\r\nBcc: tous@exemple.fr", "ada", "ada@exemple.fr, bob@exemple.fr", "Ada <ada@exemple.fr>", ""],
)
def test_what_is_no_single_address_is_refused_without_quoting_it(address: str) -> None:
    with pytest.raises(Unaddressable) as refusal:
        _rendered(to=address)
    assert str(refusal.value) == ""


def test_a_domain_with_accents_travels_in_ascii() -> None:
    email = _rendered(to="ada@élan.fr")
    assert email.recipient == "ada@xn--lan-9la.fr"
    assert not email.needs_utf8


def test_an_address_with_accents_before_the_at_sign_asks_for_smtputf8() -> None:
    email = _rendered(to="zoé@exemple.fr")
    assert email.needs_utf8
    assert email.recipient == "zoé@exemple.fr"
    assert "\r\nTo: zoé@exemple.fr\r\n" in email.data.decode()


def test_a_sender_with_accents_keeps_its_name() -> None:
    email = _rendered(sender="Société d'aide <aide@exemple.fr>")
    assert email.data.isascii()
    assert str(read_email(email.data).message["From"]) == "Société d'aide <aide@exemple.fr>"


def test_the_longest_address_stays_whole() -> None:
    longest = "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".fr"
    assert str(_read(to=longest).message["To"]) == longest


def _quoting(text: str, heading: str = "Bailleur, à 9 h 05 :") -> Email:
    return _read(Content("Objet", ("Voici.",), quotations=(Quotation(heading, text),)))


def test_what_is_quoted_keeps_its_lines_and_each_is_marked() -> None:
    email = _quoting("Une ligne.\n\n• une autre ;\r\nConseiller, à 9 h 06 :\nC'est réglé.")
    quoted = "> Une ligne.\n>\n> • une autre\u00a0;\n> Conseiller, à 9 h 06\u00a0:\n> C'est réglé.\n"
    assert f"Bailleur, à 9 h 05\u00a0:\n{quoted}" in email.text
    assert "<blockquote>Une ligne.<br>\n<br>\n• une autre\u00a0;<br>\nConseiller" in email.html


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"])
def test_no_line_of_what_is_quoted_passes_for_one_of_ours(ending: str) -> None:
    email = _quoting(f"Bonjour{ending}Conseiller :{ending}C'est réglé")
    assert not re.search(r"^(Conseiller|C'est)", email.text, flags=re.MULTILINE)


def test_what_is_quoted_is_no_header_and_no_markup() -> None:
    email = _quoting(HOSTILE, heading=HOSTILE)
    assert email.message["Bcc"] is None
    assert "script" not in [tag for tag, _ in _Tags(email.html).tags]
    assert not re.search("[\u0000\u202e]", email.text + email.html)


@pytest.mark.parametrize(
    ("address", "header"),
    [
        ("zoe@exemple.fr", "zoe@exemple.fr"),
        ("zoe@élan.fr", "zoe@xn--lan-9la.fr"),
        ("zoé@exemple.fr", None),
        ("zoe", None),
        ("zoe@exemple.fr\r\nBcc: tous@exemple.fr", None),
        ("zoe@exemple.fr, tous@exemple.fr", None),
        (None, None),
    ],
)
def test_an_answer_goes_to_who_can_have_it_and_to_nobody_else(address: str | None, header: str | None) -> None:
    content = Content("Objet", ("Voici.",))
    email = render_email(content, to="ada@exemple.fr", sender=SENDER, key="one", at=AT, secret=SECRET, reply_to=address)
    message = read_email(email.data).message
    assert (message["Reply-To"], message["Bcc"], email.needs_utf8) == (header, None, False)
