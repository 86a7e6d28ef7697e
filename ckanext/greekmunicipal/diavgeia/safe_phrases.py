"""Phrases that carry a name without naming a person: saints, streets, schools, programmes.

They are taken out of a folded text before its words are looked at; every position stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ckanext.greekmunicipal.diavgeia.names import NOMINATIVES, WORD, Kind, kind

# Stands for what was taken out; no text of ours has it.
BLANK = "\x00"
_SAINT = re.compile(
    r"\b(?:αγι(?:οσ|ου|ο|α|ασ|οι|ων|ουσ|εσ)|αγ|οσι(?:οσ|ου|α|ασ)|προφ(?:ητησ|ητη)?|παναγιασ?)"
    r"(?:\. ?|[- ])(\w+)(?: (?:και|&) (\w+))?"
)
_STREET = re.compile(
    r"\b(?:οδ(?:οσ|ου|ο|ων|ουσ)|λεωφορ\w+|λεωφ|πλατει\w+|πλ|πεζοδρομ(?:οσ|ου|ο))(?:\. ?| )"
    r"((?:[α-ω]{1,3}\. ?)?)(\w+)((?: \w+)?)"
)
# «-ος» of a man, not the genitive of «Ξενοφώντος», «Βύρωνος», «Αρτέμιδος».
_NOMINATIVE = re.compile("(?<!ντ)(?<!ων)(?<!ιδ)οσ$")
_BEQUEST = re.compile(
    r"\bκληροδ(?:οτημ\w+|οτ|\.)\.? ?(?:[α-ω]{1,3}\. ?)?\w+(?: [α-ω]+(?:ου|η|ιδη|ακη)\b)?"
)
_INSTITUTION = re.compile(
    r"\b(?:σχολει\w+|νηπιαγωγει\w+|γυμνασι\w+|λυκει\w+|σταθμ\w+|αιθουσ\w+|γηπεδ\w+|σταδι\w+"
    r"|κληροδοτημ\w+|ιδρυμ\w+|βιβλιοθηκ\w+|θεατρ\w+|μουσει\w+|κεντρ\w+|παρκ\w+|κτιρι\w+|μεγαρ\w+"
    r"|αεροδρομι\w+|νοσοκομει\w+|συλλογ\w+|εταιρει\w+|ξενοδοχει\w+|πλοι\w+|προγραμμ\w+"
    r"|γυμναστηρι\w+|κολυμβητηρι\w+|κλειστ(?:ο|ου)|αμφιθεατρ\w+|πλατει\w+|βραβει\w+|επαθλ\w+"
    r"|γηροκομει\w+|ξενων\w*|ορφανοτροφει\w+|οικοτροφει\w+|ωδει\w+|χορωδι\w+|φιλαρμονικ\w+"
    r"|πινακοθηκ\w+|γλυπτοθηκ\w+|κατασκηνωσ\w+|προπονητηρι\w+|αθλητικ\w+ κεντρ\w+|ομιλο\w?|ναο\w?"
    r"|παραλι\w+|θεσ(?:η|ησ|εισ)|τοποθεσι\w+|περιοχ\w+|λιμαν\w+|καταφυγι\w+|στρατοπεδ\w+"
    r"|οικισμ\w+|τουρνουα|κυπελλ\w+|φεστιβαλ|θεσμο\w?|σωματει\w+|ενωση\w?|λεσχ\w+|αλσ\w+"
    r"|παρασταση?\w*|εργο\w? τεχνησ|σκυλ\w+|γατ\w+|ιππο\w*|αλογ\w+)"
    r"(?: (?:τησ|του|των|με τιτλο|με τιτλο:))? ?[«\"“”‘'][^»\"“”’']{2,80}[»\"“”’']"
)
_GREAT = re.compile(r"\b(?:μ\.|μεγ\.|μεγασ|μεγαλου|μεγα) ?(?:αλεξανδρ|κωνσταντιν|βασιλει)\w+")
_PLAYGROUND = re.compile(r"\bπαιδικ\w+ χαρ\w+")
_DAY = re.compile(
    r"\b(?:καθε|ημερα\w?|απο|εωσ|δευτερα|πεμπτη|σαββατο\w?|μεγαλη\w?) (?:και )?(?:παρασκευησ?|κυριακησ?)"
    r"|\b(?:παρασκευησ?|κυριακησ?) (?=\d)|\b(?:αργια\w? τησ|τισ|τησ) κυριακησ?"
)
_MARINA = re.compile(
    r"\bμαρινασ? (?=σκαφ|ελλιμεν|αναψυχ|και |του δημου|του λιμ)|\b(?:λιμεν\w+|τουριστικ\w+|(?:εργ|συντηρησ|λειτουργ)\w+ (?:στη|τησ)) μαρινασ?"
    r"(?= και |$| του )"
)
_LIFE = re.compile(r"\b(?:ποιοτητα\w?|τροπο\w?|διαρκεια\w?|κυκλο\w?|επιπεδο\w?|συνθηκ\w+) ζωησ")
_MARKETS = re.compile(r"\b(?:υπουργει\w+|υφυπουργ\w+|διευθυνσ\w+|αναπτυξ\w+) (?:\w+ )?γεωργιασ?")
_EMPEROR = re.compile(r"\bελευθεριου βενιζελου|\bελ\. βενιζελ\w+|\bκ\. ?καραθεοδωρη")
_MUNICIPALITY = re.compile(
    r"\b(?:δημ(?:οσ|ου|ο)|[τδ]\.? ?[κεδ]\.|(?:δημοτικ|τοπικ)\w+ (?:ενοτητ|κοινοτητ)\w+|κοινοτητα\w?)"
    r" (?:βυρων\w+|παυλου μελα|νικολαου σκουφα|γεωργιου καραισκακη|ρηγα φεραιου"
    r"|ιωνα δραγουμη|ιωνοσ δραγουμη|ελευθεριου βενιζελου|εμμανουηλ παππα|καπετ\w+ μητρουση"
    r"|δημητριου υψηλαντη|αθανασιου διακου|οδυσσεα ανδρουτσου|νικηφορου φωκα|παπαφλεσσα|κολοκοτρωνη"
    r"|μακρυγιαννη|μεγαλου αλεξανδρου|θεοδωρου κολοκοτρωνη|ανδρεα παπανδρεου|αγγελου σικελιανου"
    r"|μαρκοπουλου|αλεξανδρ\w+ευια\w*|μαντουδιου\w*|ιωαννιτων|κασσανδρασ|δαφνησ\w*|ερμιονιδασ)"
)
# Programmes that bear a name of antiquity: in brackets or quotation marks, or called a programme.
_PROGRAMME = re.compile(
    r"(?<=[(«\"])θησεα?σ(?=[)»\"])|(?:(?<=προγραμμα )|(?<=προγραμματοσ )|(?<=επτα ))«?θησεα?σ(?!\w)"
)
# Public things that bear a person's name, without quotation marks.
_NAMED_THING = re.compile(
    r"\b(?:γυμνασι(?:ο|ου)|λυκει(?:ο|ου)|επαλ|νηπιαγωγει(?:ο|ου)|δημοτικ(?:ο|ου) σχολει(?:ο|ου)"
    r"|σταδι(?:ο|ου)|γηπεδ(?:ο|ου)|παρκ(?:ο|ου)|αλσ(?:οσ|ουσ)|θεατρ(?:ο|ου)|μουσει(?:ο|ου)"
    r"|βιβλιοθηκησ?|πινακοθηκησ?|νοσοκομει(?:ο|ου)|κολυμβητηρι(?:ο|ου)|γυμναστηρι(?:ο|ου)"
    r"|στρατοπεδ(?:ο|ου)|λοφ(?:οσ|ου|ο)|αγαλμα(?:τοσ)?|προτομησ?|ανδριαντα|πεδιο|πεδιου)"
    r" (?:[α-ω]{1,3}\. ?)?([α-ω]{4,})((?: [α-ω]{4,})?)"
)
_STREETS = re.compile(
    r"\b(?:οδων|οδουσ|οδοι) (?:[α-ω]{1,3}[./] ?)?[α-ω]{4,}(?: [α-ω]{4,})?(?: \d+)?"
    r"(?:(?:, ?| και | & )(?:[α-ω]{1,3}[./] ?)?[α-ω]{4,}(?: [α-ω]{4,})?(?: \d+)?)+"
)
_PLACE = re.compile(
    r"\b(?:περιοχ\w+|θεσ(?:η|ησ|εισ)|τοποθεσι\w+|ορμ\w+|παραλι\w+|γεφυρ\w+|ακτ(?:η|ησ)|λιμαν\w+"
    r"|(οικισμ\w+|συνοικι\w+|χωρι\w+|κοινοτητα\w?|ενοτητα\w?|[τδ]\. ?[κδε]\.))"
    r"[ :]+«?(\w+)((?: \w+)?)»?"
)


# Number of an act of Diavgeia: its letters are no initials.
_ACT_NUMBER = re.compile(r"(?<![α-ω0-9])(?=[α-ω]{0,9}[0-9])[α-ω0-9]{6,10}-[α-ω0-9]{3}(?![α-ω0-9])")
_CO_OPERATIVE = re.compile(
    r"(?<![α-ω])(?:κοιν\.? ?σ\.? ?επ\.?|κοινσεπ)(?: ?[«\"“][^»\"”]{2,80}[»\"”])?"
)
_PLAY = re.compile(
    r"\b(?:παραστασ|τραγωδι|κωμωδι|δραμα|θεατρ|εργο|αναλογι)[^.]{0,60}?"
    r"(?P<author>\b(?:σοφοκλη|σοφοκλεουσ|ευριπιδη|ευριπιδου|αισχυλου|αριστοφανη|αριστοφανουσ|ομηρου"
    r"|μενανδρου|πλατωνα|πλατωνοσ|ησιοδου)\b)(?! [α-ω]{4,}(?:ου|η|α)\b)"
)
# Names of settlements and fields that are given names too; only alone after the word for a place.
_ALSO_PLACES = re.compile(
    "(?:σταυρ|δαφν|βασιλικ|μαριν|ανθ|ροδι|ζωη|ειρην|ελευθερ|αννα|καλλιθε|ευαγγελισμ|χαρ|παναγι|ασημ)[α-ω]{1,4}"
)


def _play(found: re.Match[str]) -> str:
    """Take out the ancient author of a play."""
    head = found.start("author") - found.start()
    return found[0][:head] + BLANK * (len(found[0]) - head)


def _blank(found: re.Match[str]) -> str:
    return BLANK * len(found[0])


def _blank_until(found: re.Match[str], group: int) -> str:
    """Blank a phrase up to the beginning of one of its groups."""
    kept = found.end() - found.start(group)
    return BLANK * (len(found[0]) - kept) + found[0][len(found[0]) - kept :]


def _saint(found: re.Match[str]) -> str:
    second = found[2]
    if second and kind(second) < Kind.MAYBE_NAME:
        return _blank_until(found, 2)
    return _blank(found)


def _street(found: re.Match[str]) -> str:
    """Take out the name of a street: in the genitive, right after the word for it."""
    initial, first, second = found[1], found[2], found[3].strip()
    if _NOMINATIVE.search(first):
        return found[0]
    sign = kind(first)
    if initial or sign == Kind.SURNAME:
        return _blank_until(found, 3)
    if sign in (Kind.NAME, Kind.MAYBE_NAME):
        # «οδός Γεωργίου Παπανδρέου»: the surname goes with the given name.
        return _blank_until(found, 3) if kind(second) == Kind.NAME else _blank(found)
    return found[0]


def _streets(found: re.Match[str]) -> str:
    """Take out the names of several streets, unless one reads as a name itself."""
    words = WORD.findall(found[0])
    if any(
        word in NOMINATIVES or (_NOMINATIVE.search(word) and kind(word) > Kind.WEAK)
        for word in words
    ):
        return found[0]
    return _blank(found)


def _named_thing(found: re.Match[str]) -> str:
    """Take out the person after whom a school, a park or a statue is named, in the genitive."""
    first, second = found[1], found[2].strip()
    if first in NOMINATIVES or _NOMINATIVE.search(first) or kind(first) < Kind.WEAK:
        return found[0]
    if second and second not in NOMINATIVES and kind(second) >= Kind.WEAK:
        return _blank(found)
    return _blank_until(found, 2)


def _place(found: re.Match[str]) -> str:
    """Take out the name of a place, unless it reads as a person's."""
    # «Τ.Κ. Φαλατάδου»: after the word for a settlement a surname's ending is no sign.
    bound = Kind.NAME if found[1] else Kind.MAYBE_NAME
    second = found[3].strip()
    if kind(found[2]) >= bound and not (
        _ALSO_PLACES.fullmatch(found[2]) and (not second or kind(second) == Kind.ORDINARY)
    ):
        return found[0]
    return _blank_until(found, 3) if kind(found[3].strip()) >= Kind.MAYBE_NAME else _blank(found)


# Literal parts, one of which is in every text that the phrase matches: a look for them is
# fifty times faster than the look for the phrase.
_PHRASES: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (("-",), _ACT_NUMBER, _blank),
    (("κοιν",), _CO_OPERATIVE, _blank),
    (
        ("ευριπιδ", "σοφοκλ", "αισχυλ", "αριστοφαν", "ομηρ", "μενανδρ", "πλατων", "ησιοδ"),
        _PLAY,
        _play,
    ),
    (("θησε",), _PROGRAMME, _blank),
    (("κληροδ",), _BEQUEST, _blank),
    (("παιδικ",), _PLAYGROUND, _blank),
    (("παρασκευη", "κυριακη"), _DAY, _blank),
    (("μαρινα",), _MARINA, _blank),
    (("ζωησ",), _LIFE, _blank),
    (("αλεξανδρ", "κωνσταντιν", "βασιλει"), _GREAT, _blank),
    (("γεωργια",), _MARKETS, _blank),
    (("βενιζελ", "καραθεοδωρη"), _EMPEROR, _blank),
    (("δημ", "κοινοτ", ".ε.", ". ε.", ".κ.", "δ.ε", "δε."), _MUNICIPALITY, _blank),
    (("αγι", "αγ.", "αγ ", "οσι", "προφ", "παναγια"), _SAINT, _saint),
    (("οδων", "οδουσ", "οδοι"), _STREETS, _streets),
    (("οδ", "λεωφ", "πλ", "πεζοδρομ"), _STREET, _street),
    (
        (
            "γυμνασ",
            "λυκει",
            "επαλ",
            "νηπιαγ",
            "σχολει",
            "σταδι",
            "γηπεδ",
            "παρκ",
            "αλσ",
            "θεατρ",
            "μουσει",
            "θηκη",
            "νοσοκομ",
            "κολυμβητ",
            "στρατοπ",
            "λοφ",
            "αγαλμα",
            "προτομη",
            "ανδριαντ",
            "πεδι",
        ),
        _NAMED_THING,
        _named_thing,
    ),
    (
        (
            "περιοχ",
            "θεσ",
            "τοποθεσ",
            "ορμ",
            "παραλ",
            "γεφυρ",
            "ακτ",
            "λιμαν",
            "οικισμ",
            "συνοικ",
            "χωρι",
            "κοινοτ",
            "ενοτ",
            "τ.",
            "δ.",
        ),
        _PLACE,
        _place,
    ),
    (("«", '"', "”", "“", "‘", "’", "'"), _INSTITUTION, _blank),
)


def without_safe_phrases(folded: str) -> str:
    """Blank the phrases that carry a name without naming a person; every position stays."""
    rest = folded
    for literals, phrase, without in _PHRASES:
        for literal in literals:
            if literal in rest:
                rest = phrase.sub(without, rest)
                break
    return rest
