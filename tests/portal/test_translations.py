"""The Greek catalogue is complete and made from the messages that the code has."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

I18N = Path(__file__).resolve().parents[2] / "ckanext" / "greekmunicipal" / "i18n"
PO = I18N / "el" / "LC_MESSAGES" / "ckanext-greekmunicipal.po"


@pytest.fixture(scope="module")
def greek() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="el", abort_invalid=True)


def test_no_message_is_untranslated_or_fuzzy(greek: Catalog) -> None:
    poor = [
        message.id
        for message in greek
        if message.id and (message.fuzzy or not all(_texts(message.string)))
    ]
    assert poor == []


def test_plural_messages_have_both_forms(greek: Catalog) -> None:
    plural = [message for message in greek if isinstance(message.id, tuple)]
    assert plural
    assert all(len(_texts(message.string)) == 2 for message in plural)


def test_translations_keep_the_placeholders(greek: Catalog) -> None:
    import string

    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for message in greek:
        wanted = set().union(*(names(text) for text in _texts(message.id)))
        for text in _texts(message.string):
            # A translation may leave the technical name of a field out, never add one.
            assert names(text) <= wanted, message.id
            assert wanted - names(text) <= {"name"}, message.id


def test_the_catalogue_has_all_messages_of_the_code(greek: Catalog) -> None:
    pytest.importorskip("ckan.lib.extract")
    from babel.messages.extract import extract_from_dir

    found = {
        text if isinstance(text, str) else tuple(text[:2])
        for _, _, text, _, _ in extract_from_dir(
            str(I18N.parent),
            method_map=[
                ("**.py", "python"),
                ("**.js", "javascript"),
                ("**/templates/**.html", "ckan"),
            ],
            options_map={},
        )
    }
    ours = {message.id for message in greek if message.id}
    assert len(found) > 100
    assert found - ours == set()


def _texts(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (str(value),)
