"""The compiler of translations, and that the interface leaves nothing untranslated."""

import gettext
import re
from io import BytesIO
from pathlib import Path

import pytest

from bankruptcy.delivery import catalogue

ROOT = Path(__file__).resolve().parents[3]
CHINESE = catalogue.LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"

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
    messages = gettext.GNUTranslations(BytesIO(catalogue.compiled(catalogue.read(PO))))
    assert messages.gettext("two lines") == "两行"
    assert messages.pgettext("verb", "Test") == "抽查"
    assert messages.ngettext("%(n)s day", "%(n)s days", 5) == "%(n)s天"
    assert messages.gettext("guessed") == "guessed"
    assert messages.gettext("empty") == "empty"


def test_a_message_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        catalogue.read('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n')


def test_a_line_that_is_no_po_names_its_number() -> None:
    with pytest.raises(ValueError, match="line 2"):
        catalogue.read('msgid "a"\nmsgstr b\n')


def test_every_catalogue_is_compiled_beside_its_source(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    assert catalogue.compile_all(tmp_path) == (folder / "django.mo",)
    assert [path.name for path in sorted(folder.iterdir())] == ["django.mo", "django.po"]


def _template_messages() -> set[str]:
    found: set[str] = set()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"""\{% translate "([^"]+)" """, text))
        found |= set(re.findall(r"""\{% translate '([^']+)' """, text))
    return found


def test_nothing_in_the_templates_is_without_chinese() -> None:
    known = catalogue.read(CHINESE.read_text(encoding="utf-8"))
    assert sorted(_template_messages() - set(known)) == []


def test_placeholders_survive_translation() -> None:
    for key, value in catalogue.read(CHINESE.read_text(encoding="utf-8")).items():
        wanted = set(re.findall(r"%\(\w+\)[sd]", key))
        assert set(re.findall(r"%\(\w+\)[sd]", value)) == wanted, key
