"""Find municipalities by any identifier and any spelling of the name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ckanext.greekmunicipal.greek import fold, slug
from ckanext.greekmunicipal.greek.greeklish import is_greeklish_of
from ckanext.greekmunicipal.greek.letters import LOOK_ALIKES
from ckanext.greekmunicipal.municipalities.register import (
    Municipality,
    Predecessor,
    by_slug,
    municipalities,
    predecessors,
)

_MAX_LENGTH = 200  # longer text is no name

# «Municipality» in front of a name, as it is typed; folded.
_TITLE = re.compile(
    r"^(?:δημοσ|δημου|δημο|δ\.|dimos|dimou|dhmos|dhmou|the|municipality|city)\b\s*"
    r"(?:(?:of|τησ|του|των|tis|tou|ton)\b\s*)?"
)
_WORD = re.compile(r"[^\W_]+\.?")
_JOINING = frozenset({"και", "and", "kai"})

# Endings of nominatives and what they become in the genitive and accusative; folded. The first
# ending that fits is used. Accents are folded, so where they move does not matter.
_ENDINGS = (
    ("οσ", ("ου", "ο")),
    ("ησ", ("η",)),
    ("ασ", ("α",)),
    ("οι", ("ων", "ουσ")),
    ("εσ", ("ων",)),
    ("ον", ("ο", "ου")),
    ("ο", ("ου",)),
    ("ι", ("ιου",)),
    ("η", ("ησ", "εωσ")),
    ("α", ("ασ", "ων")),
)

# Words that stand beside names: alone they name no municipality.
_NO_NAME = frozenset(
    {
        *("αττικησ", "κρητησ", "μεσογαιασ", "πεδιαδασ", "νησου", "νησοσ", "νησων", "νησια"),
        *("πολησ", "πολη", "πολεωσ", "ιερασ", "ιερα", "ηρωικησ", "ηρωικη"),
        *("islands", "island", "attica", "attikis", "kritis"),
    }
)

_Forms = tuple[frozenset[str], ...]  # of each word of a name, the ways to write it
_Same = Callable[[str, frozenset[str]], bool]


@dataclass(frozen=True)
class Answer:
    """Municipalities that were found; the abolished one through which, if so."""

    municipalities: tuple[Municipality, ...] = ()
    predecessor: Predecessor | None = None


@dataclass(frozen=True)
class _Entry:
    """All names of one municipality, or of an abolished one with its successors."""

    names: tuple[_Forms, ...]
    parts: tuple[_Forms, ...]
    latin: frozenset[str]
    identifiers: frozenset[str]
    targets: tuple[Municipality, ...]
    predecessor: Predecessor | None


def find(text: str) -> list[Municipality]:
    """Municipalities that a text names.

    The text is a slug, Diavgeia uid, ΑΦΜ, ELSTAT or Kallikratis code, English name, or the Greek
    name in the nominative or genitive, with or without accents and «Δήμος», in capitals, with
    look-alike Latin letters or in greeklish. An exact match hides weaker ones; part of a double
    name comes after whole names. The name of a municipality that was split gives its successors.

    Returns:
        One municipality; several where the text fits several, as «Ηρακλείου» does, and then a
        person has to choose; none.
    """
    return list(answer(text).municipalities)


def answer(text: str) -> Answer:
    """As :func:`find`, with the abolished municipality whose name or uid was given, if any."""
    text = text.strip()[:_MAX_LENGTH]
    hits = _by_identifier(text) or _by_name(_words(text))
    found = dict.fromkeys(target for entry in hits for target in entry.targets)
    predecessor = hits[0].predecessor if len(hits) == 1 else None
    return Answer(tuple(found), predecessor)


def nearest(text: str, count: int = 5) -> list[Municipality]:
    """Municipalities whose names look most like a text that names none."""
    query = " ".join(_words(text[:_MAX_LENGTH])).replace(".", "")
    names = {
        name: municipality
        for municipality in municipalities()
        for name in _plain_names(municipality, latin=query.isascii())
    }
    close = difflib.get_close_matches(query, names, n=2 * count, cutoff=0.6)
    return list(dict.fromkeys(names[name] for name in close))[:count]


def _by_identifier(text: str) -> list[_Entry]:
    key = re.sub(r"^(?:el|gr) ?(?=[0-9]{9}$)", "", text.lower())
    # The present edition of the ELSTAT codes comes first where an older one gives another place.
    return sorted(
        (entry for entry in _entries() if key in entry.identifiers),
        key=lambda entry: entry.targets[0].elstat_code != key,
    )


def _by_name(words: tuple[str, ...]) -> list[_Entry]:
    plain = tuple(word.rstrip(".") for word in words)
    if not plain:
        return []
    for hits in _attempts(words, plain):
        if hits:
            return hits
    return []


def _attempts(words: tuple[str, ...], plain: tuple[str, ...]) -> Iterator[list[_Entry]]:
    """Hits from the surest kind of match to the weakest; each is worked out only if needed."""
    entries = _entries()
    is_latin = "".join(plain).isascii()
    if is_latin:
        key = "-".join(plain)
        yield [entry for entry in entries if key in entry.latin]
        looks = tuple(word.upper() for word in plain)
        if all(letter in LOOK_ALIKES for word in looks for letter in word):
            greek = tuple(fold("".join(LOOK_ALIKES[letter] for letter in word)) for word in looks)
            yield _with_name(entries, greek, _is_form)
    same: _Same = _is_greeklish_form if is_latin else _is_form
    yield _with_name(entries, plain, same)
    yield [entry for entry in entries if any(_fits(plain, part, same) for part in entry.parts)]
    if set(plain) - _NO_NAME:
        yield [
            entry
            for entry in entries
            if any(_holds(name, words, same) for name in (*entry.names, *entry.parts))
        ]


def _with_name(entries: Iterable[_Entry], plain: tuple[str, ...], same: _Same) -> list[_Entry]:
    return [entry for entry in entries if any(_fits(plain, name, same) for name in entry.names)]


def _fits(words: tuple[str, ...], name: _Forms, same: _Same) -> bool:
    return len(words) == len(name) and all(map(same, words, name))


def _holds(name: _Forms, words: tuple[str, ...], same: _Same) -> bool:
    """Whether each word, or abbreviation with its dot, is one of the name."""
    return all(any(_is_word(word, forms, same) for forms in name) for word in words)


def _is_word(word: str, forms: frozenset[str], same: _Same) -> bool:
    if word.endswith("."):
        return any(form.startswith(word[:-1]) for form in forms)
    return len(word) > 2 and same(word, forms)


def _is_form(word: str, forms: frozenset[str]) -> bool:
    return word in forms


def _is_greeklish_form(word: str, forms: frozenset[str]) -> bool:
    return word in forms or any(is_greeklish_of(word, form) for form in forms)


def _words(text: str) -> tuple[str, ...]:
    """Folded words of a name, without «Δήμος»; an abbreviation keeps its dot."""
    bare = _TITLE.sub("", fold(text).strip())
    bare = _TITLE.sub("", bare)  # «the municipality of»
    return tuple(word for word in _WORD.findall(bare) if word not in _JOINING)


def _forms(name: str) -> _Forms:
    return tuple(frozenset(_inflections(word)) for word in _words(name))


def _inflections(word: str) -> Iterator[str]:
    yield word
    for ending, others in _ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            yield from (stem + other for other in others)
            return


@lru_cache(maxsize=1)
def _entries() -> tuple[_Entry, ...]:
    present = (
        _entry(
            (municipality.name_el, municipality.diavgeia_label),
            (municipality.common_name_el, *municipality.aliases),
            municipality.name_en,
            (
                municipality.slug,
                municipality.diavgeia_uid,
                municipality.afm,
                municipality.elstat_code,
                municipality.elstat_code_2019,
                municipality.ypes_code,
            ),
            (municipality,),
            None,
        )
        for municipality in municipalities()
    )
    abolished = (
        _entry(
            (predecessor.name_el,),
            (predecessor.common_name_el, *predecessor.aliases),
            predecessor.name_en,
            (predecessor.diavgeia_uid, predecessor.ypes_code),
            tuple(by_slug(successor) for successor in predecessor.successors),
            predecessor,
        )
        for predecessor in predecessors()
    )
    return (*present, *abolished)


def _entry(
    genitives: tuple[str, ...],
    nominatives: tuple[str, ...],
    name_en: str,
    identifiers: tuple[str, ...],
    targets: tuple[Municipality, ...],
    predecessor: Predecessor | None,
) -> _Entry:
    official = tuple(tuple(frozenset({word}) for word in _words(name)) for name in genitives)
    english = tuple(frozenset({word}) for word in _words(name_en))
    bare_genitives = tuple(re.sub(r"^\S+\s+", "", name) for name in genitives)
    parts = [
        _forms(part)
        for name in (*bare_genitives, *nominatives)
        if "-" in name
        for part in name.split("-")
    ]
    return _Entry(
        names=(*official, *(_forms(name) for name in nominatives), english),
        parts=tuple(parts),
        latin=frozenset(
            (
                *("-".join(_words(slug(name))) for name in (*bare_genitives, *nominatives)),
                "-".join(_words(name_en)),
            )
        ),
        identifiers=frozenset(identifiers) - {""},
        targets=targets,
        predecessor=predecessor,
    )


def _plain_names(municipality: Municipality, *, latin: bool) -> Iterator[str]:
    names = (municipality.name_el, municipality.common_name_el, *municipality.aliases)
    if latin:
        yield " ".join(_words(municipality.name_en))
        yield from (" ".join(_words(slug(name))) for name in names)
    else:
        yield from (" ".join(_words(name)) for name in names)
