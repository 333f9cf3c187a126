"""The compiler of translations, and that the interface leaves nothing untranslated."""

import gettext
import re
from io import BytesIO
from pathlib import Path

import pytest

from bankruptcy.platform import catalogue

ROOT = Path(__file__).resolve().parents[3]
CHINESE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"

# a comment
msgid "two "
"lines"
msgstr "两"
"行"

msgctxt "verb"
msgid "Test"
msgstr "抽查"

msgid "%(n)s day"
msgid_plural "%(n)s days"
msgstr[0] "%(n)s天"

#, fuzzy
msgid "guessed"
msgstr "猜的"

msgid "empty"
msgstr ""
"""


def test_what_is_compiled_is_what_gettext_reads() -> None:
    messages = gettext.GNUTranslations(BytesIO(catalogue.compiled(dict(catalogue.read(PO)))))
    assert messages.gettext("two lines") == "两行"
    assert messages.pgettext("verb", "Test") == "抽查"
    assert messages.ngettext("%(n)s day", "%(n)s days", 5) == "%(n)s天"
    assert messages.gettext("guessed") == "guessed"
    assert messages.gettext("empty") == "empty"


def test_a_line_that_is_no_po_names_its_number() -> None:
    with pytest.raises(ValueError, match="line 2"):
        dict(catalogue.read('msgid "a"\nnothing "b"\n'))


def test_no_message_of_ours_is_given_twice() -> None:
    keys = [key for key, _ in catalogue.read(CHINESE.read_text(encoding="utf-8"))]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def _template_messages() -> set[str]:
    found: set[str] = set()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"""\{% translate "([^"]+)" """, text))
        found |= set(re.findall(r"""\{% translate '([^']+)' """, text))
    return found


def test_nothing_in_the_templates_is_without_chinese() -> None:
    known = dict(catalogue.read(CHINESE.read_text(encoding="utf-8")))
    assert sorted(_template_messages() - set(known)) == []


def test_placeholders_survive_translation() -> None:
    for key, value in catalogue.read(CHINESE.read_text(encoding="utf-8")):
        wanted = set(re.findall(r"%\(\w+\)[sd]", key))
        assert set(re.findall(r"%\(\w+\)[sd]", value)) == wanted, key
