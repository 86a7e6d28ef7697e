"""What a person types into a search box, as a query that finds Greek and is never malformed.

The language is that of Lucene as far as people use it: phrases, ``AND``, ``OR``, ``NOT``, ``+``,
``-``, parentheses, ``field:``, ranges, ``*`` and ``?``; the Greek word «ή» is ``OR``. What cannot
be read so is taken as words. Nothing here knows of CKAN; fields and their twins are given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice, pairwise, product

from ckanext.greekmunicipal.greek.latin_keys import key_beginnings, keys
from ckanext.greekmunicipal.greek.letters import fold, to_greek
from ckanext.greekmunicipal.greek.searching import is_greek, words_of
from ckanext.greekmunicipal.greek.stem import stem, stop_words

# Lucene refuses more than 1,024 clauses, and each alternative is one in each field that is searched.
MOST_PARTS = 50
MOST_ALTERNATIVES = 90
MOST_PHRASES = 8
DEEPEST = 10
LONGEST = 4_000
LEAST_OF_WILDCARD = 2

_TOKEN = re.compile(
    r"""
    (?P<phrase>"(?P<quoted>[^"]*)"(?P<after>[~^][\d.]+)?)
    | (?P<open>\() | (?P<close>\)(?:\^[\d.]+)?)
    | (?P<and>(?:AND|&&)(?=[\s(]|$)) | (?P<or>(?:OR|\|\||ή|Ή)(?=[\s(]|$))
    | (?P<not>NOT(?=[\s(]|$)|!)
    | (?P<sign>[+-](?=[^\s+-]))
    | (?P<field>[A-Za-z_][A-Za-z0-9_.-]*):(?!//)
    | (?P<range>[\[{]\s*(?P<low>[^\s\[\]{}"()]+)\s+TO\s+(?P<high>[^\s\[\]{}"()]+)\s*[\]}])
    | (?P<word>(?:\\.|[^\s()"\\])+)
    | (?P<noise>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SPECIAL = re.compile(r'([\\+\-!(){}\[\]^"~*?:/&|])')
_WILD = re.compile(r"[*?]")
_SUFFIX = re.compile(r"(?<=\w)(~[\d.]*|\^[\d.]+)$")
_AROUND = "«»“”„‘’'`´·;,.…!?&|{}[]^~:/\\<>=#@%$"
_FIELD_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Fields:
    """What the index has beside the field that a reader names.

    Attributes:
        known: fields that may be named with a blank behind the colon.
        twins: field with the Greek form of each field that has one.
        strict: fields whose values are dates or numbers: other words are no value of theirs.
    """

    known: frozenset[str] = frozenset()
    twins: Mapping[str, str] = field(default_factory=dict)
    strict: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Query:
    """A query for the parser edismax.

    Attributes:
        text: the query; empty if there is no letter or digit in what was typed.
        is_plain: only words and phrases, so that some of many may be missing.
        has_or: somebody typed an alternative.
    """

    text: str
    is_plain: bool
    has_or: bool


@dataclass(frozen=True)
class _Clause:
    sign: str
    text: str


def rewrite(typed: str, fields: Fields) -> Query:
    """Rewrite what was typed.

    Args:
        typed: any text.
        fields: fields of the index.
    """
    return _Reader(typed, fields).read()


class _Reader:
    """One pass over the tokens; errors of syntax are dropped with the sign that makes them."""

    def __init__(self, typed: str, fields: Fields) -> None:
        self._fields = fields
        found = _TOKEN.finditer(typed[:LONGEST])
        self._tokens = [token for token in found if not token["noise"]]
        self._at = 0
        self._parts = 0
        self._alternatives = 0
        self._is_plain = True
        self._has_or = False
        words = {w for token in self._tokens if token["word"] for w in words_of(token["word"])}
        # Articles say nothing, unless somebody looks for them alone.
        nothing = stop_words("el") | stop_words("en")
        self._dropped = nothing if words - nothing else frozenset()

    def read(self) -> Query:
        alternatives = self._alternatives_of("", 0)
        if not alternatives:
            return Query(self._as_words(), is_plain=False, has_or=False)
        if self._is_plain and len(alternatives) == 1 and len(alternatives[0]) > 1:
            text = " OR ".join(clause.text for clause in alternatives[0])
            return Query(text, is_plain=True, has_or=False)
        return Query(_joined(alternatives), is_plain=False, has_or=self._has_or)

    def _as_words(self) -> str:
        """Somebody looks for an operator: then it is a word."""
        words = [word for found in self._tokens for word in words_of(found[0])]
        return " ".join(f"+{_escaped(word)}" for word in words if self._has_room(word))

    def _has_room(self, typed: str) -> bool:
        """Whether a term may be added; counts what Solr makes of it, which splits words."""
        kinds = ["0" if c.isdigit() else "a" if c.islower() else "A" for c in typed if c.isalnum()]
        self._parts += 1 + sum(a != b for a, b in pairwise(kinds)) + len(typed) - len(kinds)
        return self._parts <= MOST_PARTS

    def _alternatives_of(self, name: str, depth: int) -> list[list[_Clause]]:
        """Read up to the closing parenthesis: alternatives of clauses that all must match."""
        alternatives: list[list[_Clause]] = [[]]
        sign = ""
        while self._at < len(self._tokens):
            found = self._tokens[self._at]
            self._at += 1
            if found["close"]:
                if depth:
                    break
                continue
            if found["or"]:
                self._is_plain = False
                if alternatives[-1]:
                    alternatives.append([])
                continue
            if found["and"]:
                self._is_plain = False
                continue
            if found["not"] or found["sign"]:
                self._is_plain = False
                sign = "+" if found["sign"] == "+" else "-"
                continue
            text = self._clause(found, name, depth)
            if text:
                alternatives[-1].append(_Clause(sign or "+", text))
                sign = ""
        alternatives = [clauses for clauses in alternatives if clauses]
        self._has_or = self._has_or or len(alternatives) > 1
        return alternatives

    def _clause(self, found: re.Match[str], name: str, depth: int) -> str:
        if found["open"]:
            return self._group(name, depth)
        if found["field"]:
            return self._of_field(found, name, depth)
        if found["range"]:
            return self._range(found, name)
        if found["phrase"]:
            return self._phrase(found["quoted"], found["after"] or "", name)
        return self._word(found["word"], name) if found["word"] else ""

    def _group(self, name: str, depth: int) -> str:
        if depth >= DEEPEST:
            return ""
        start = self._at
        inner = self._alternatives_of(name, depth + 1)
        # Parentheses around nothing but words mean no more than the words.
        if self._at - start > 1 and len(inner) == 1 and len(inner[0]) > 1:
            self._is_plain = False
        return f"({_joined(inner)})" if inner else ""

    def _of_field(self, found: re.Match[str], name: str, depth: int) -> str:
        typed = found["field"]
        follows = self._tokens[self._at] if self._at < len(self._tokens) else None
        if follows is None or not self._is_field(found, follows):
            return self._word(typed, name)
        self._is_plain = False
        if typed in self._fields.strict and not _is_strict(follows):
            return self._word(typed, name)
        self._at += 1
        return self._clause(follows, typed, depth)

    def _is_field(self, found: re.Match[str], follows: re.Match[str]) -> bool:
        """Whether a name with a colon is that of a field: «Κως:» and ``Note: see`` are words."""
        if not any(follows[kind] for kind in ("word", "phrase", "open", "range")):
            return False
        if follows.start() > found.end():
            return found["field"] in self._fields.known
        return bool(_FIELD_NAME.fullmatch(found["field"]))

    def _range(self, found: re.Match[str], name: str) -> str:
        if not name:
            return " ".join(self._word(found[end], "") for end in ("low", "high") if found[end])
        low, high = (_bound(found[end]) for end in ("low", "high"))
        opening, closing = found["range"][0], found["range"][-1]
        return f"{name}:{opening}{low} TO {high}{closing}"

    def _phrase(self, quoted: str, after: str, name: str) -> str:
        raw = " ".join(quoted.replace("\\", " ").split())
        if not raw.strip("*?") or not self._has_room(raw):
            return ""
        found = words_of(raw)
        options = [tuple(_forms(word)) or (word,) for word in found]
        phrases = [" ".join(choice) for choice in islice(product(*options), MOST_PHRASES)]
        greek = [f'"{phrase}"{after}' for phrase in phrases if found and phrase != raw.lower()]
        return self._fielded(f'"{raw}"{after}', greek, name)

    def _word(self, typed: str, name: str) -> str:
        if typed == "*":
            return f"{name}:*" if name else ""
        suffix = _SUFFIX.search(typed)
        after = suffix[0] if suffix else ""
        bare = _unescaped(typed[: len(typed) - len(after)]).strip(_AROUND)
        if name and not self._twin(name):
            if not self._has_room(bare):
                return ""
            return f"{name}:{_escaped(_unescaped(typed), keep_wild=True)}"
        words = words_of(_WILD.sub("", bare))
        if not words or (not name and len(words) == 1 and words[0] in self._dropped):
            return ""
        if not self._has_room(bare):
            return ""
        if _WILD.search(bare):
            return self._wild(bare, words, name)
        if len(words) > 1:
            return self._several(bare, words, after, name)
        fuzzy = after if after.startswith("~") else ""
        greek = [form + fuzzy for form in _forms(words[0])]
        boost = after if after.startswith("^") else ""
        return self._fielded(_escaped(bare) + fuzzy, greek, name) + boost

    def _several(self, bare: str, words: list[str], after: str, name: str) -> str:
        """A run of letters in which punctuation stands: «καθαριότητα/ύδρευση», ``COVID-19``."""
        options = [tuple(_forms(word)) or (word,) for word in words]
        phrases = [" ".join(choice) for choice in islice(product(*options), MOST_PHRASES)]
        greek = [f'"{phrase}"' for phrase in phrases] if any(map(is_greek, words)) else []
        return self._fielded(_escaped(bare), greek, name) + after * after.startswith("^")

    def _wild(self, bare: str, words: list[str], name: str) -> str:
        letters = sum(map(len, words))
        if letters < LEAST_OF_WILDCARD or len(words) > LEAST_OF_WILDCARD:
            return self._fielded(_escaped(_WILD.sub("", bare)), [], name)
        raw = _escaped(bare, keep_wild=True).lower()
        folded = _escaped(fold(bare), keep_wild=True)
        # The twin of a field holds folded words only.
        other = [folded] if folded != raw or name else []
        if bare.endswith("*") and not _WILD.search(bare[:-1]) and bare.isascii():
            other += [f"{beginning}*" for beginning in key_beginnings(bare[:-1])]
        return self._fielded(raw, other, name)

    def _twin(self, name: str) -> str | None:
        return self._fields.twins.get(name)

    def _fielded(self, raw: str, greek: list[str], name: str) -> str:
        """One clause: as typed or in one of the Greek forms, in the field that was named."""
        greek = greek[: max(0, MOST_ALTERNATIVES - self._alternatives)]
        self._alternatives += len(greek) + 1
        if name:
            twin = self._twin(name)
            options = [f"{name}:{raw}", *(f"{twin}:{form}" for form in greek if twin)]
        else:
            options = [raw, *greek]
        if len(options) == 1:
            return options[0]
        return f"({options[0]}^2 OR {' OR '.join(options[1:])})"


def _forms(word: str) -> list[str]:
    """Forms under which a folded word is indexed, beside the word as it is typed."""
    if is_greek(word):
        return [stem(to_greek(word))]
    return list(keys(word))


def _joined(alternatives: list[list[_Clause]]) -> str:
    groups = []
    for clauses in alternatives:
        text = " ".join(clause.sign + clause.text for clause in clauses)
        if all(clause.sign == "-" for clause in clauses):
            # Solr finds nothing for what is only excluded.
            text = f"+*:* {text}"
        groups.append(text)
    return groups[0] if len(groups) == 1 else " OR ".join(f"({text})" for text in groups)


def _is_strict(follows: re.Match[str]) -> bool:
    typed = follows["word"] or follows["quoted"] or follows["range"] or ""
    return bool(re.match(r'^["\[{]?\s*([\d*+-]|NOW)', typed))


def _bound(typed: str) -> str:
    return "*" if typed == "*" else _escaped(_unescaped(typed))


def _unescaped(typed: str) -> str:
    return re.sub(r"\\(.)", r"\1", typed).rstrip("\\")


def _escaped(text: str, *, keep_wild: bool = False) -> str:
    escaped = _SPECIAL.sub(r"\\\1", text)
    escaped = escaped.replace("\\*", "*").replace("\\?", "?") if keep_wild else escaped
    # A bare operator would be read as one.
    return f"\\{escaped}" if escaped in ("AND", "OR", "NOT", "TO") else escaped
