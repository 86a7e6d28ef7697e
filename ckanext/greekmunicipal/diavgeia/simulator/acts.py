"""The text of an act: all 21 fields of a decision, from its header and its state."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from .clock import athens_day, utc_midnight
from .content import (
    Goods,
    goods,
    personal_subjects,
    subjects,
    type_index,
    types_table,
    word_list,
)
from .draw import Draw, words
from .fields import extra_field_values
from .identity import ActKey, Identity
from .names import Company, Person, capitals, companies, persons
from .organizations import SimulatedOrganization, signer_uids, unit_uids
from .shapes import misshape
from .timeline import (
    CORRECTED,
    LONGEST_SHIFT,
    PENDING,
    REDATED,
    REVOKED,
    Event,
    Header,
    Timeline,
)

PUBLISHED, PENDING_REVOCATION, REVOKED_STATUS = "PUBLISHED", "PENDING_REVOCATION", "REVOKED"
_HOST = "https://diavgeia.gov.gr"
_LINK_REACH = 50  # days before an act in which the act that it refers to is looked for
_DAY = 86_400_000


class State(NamedTuple):
    """An act at an instant: what corrections and revocations have made of it."""

    header: Header
    type_index: int
    issued: int
    submitted: int
    status: str
    corrections: tuple[Event, ...] = ()


class Deal(NamedTuple):
    """What is bought, for how much (EUR), from whom; one deal runs through linked acts."""

    goods: Goods
    amount: float
    party: Company | Person


# A correction that changes the type changes it to this one.
_OTHER_TYPE = {"2.4.7.1": "Δ.1", "Δ.1": "Β.2.1", "Β.1.3": "Β.2.1", "Β.2.2": "Β.2.1"}


def state_at(header: Header, events: tuple[Event, ...], now: int) -> State:
    """The state of an act at ``now``, from all that ever happens to it."""
    kind, issued, submitted, status = (
        header.type_index,
        header.issued,
        header.published,
        PUBLISHED,
    )
    corrections: tuple[Event, ...] = ()
    for event in events:
        if event.at > now or status == REVOKED_STATUS:
            break
        submitted = event.at
        if event.kind == REVOKED:
            status = REVOKED_STATUS
        elif event.kind == PENDING:
            status = PENDING_REVOCATION
        elif event.kind == REDATED:
            corrections = (*corrections, event)
            issued = utc_midnight(event.salt)
        elif event.kind == CORRECTED:
            corrections = (*corrections, event)
            effect = event.salt % 100
            if effect < 6:
                days = event.salt // 100 % LONGEST_SHIFT + 1
                issued += -days * _DAY if event.salt & 1 else days * _DAY
            elif effect < 8:
                uid = types_table()[kind].uid
                kind = type_index(_OTHER_TYPE.get(uid, uid))
    return State(header, kind, issued, submitted, status, corrections)


class Writer:
    """Writes the acts of a timeline."""

    def __init__(self, timeline: Timeline, identity: Identity, shape_rate: float = 0.0) -> None:
        self.timeline = timeline
        self.shape_rate = shape_rate
        self.identity = identity
        self.seed = timeline.seed

    def raw(self, body: SimulatedOrganization, state: State) -> dict[str, Any]:
        """One act as the API answers it."""
        header = state.header
        key = ActKey(body.number, header.day, header.number)
        ada = self.identity.ada(key)
        kind = types_table()[state.type_index].uid
        act = ActDraft(self, body, state, kind)
        draw = act.draw
        version = len(state.corrections)
        raw = {
            "protocolNumber": act.protocol_number(),
            "subject": act.subject(),
            "issueDate": state.issued,
            "organizationId": body.uid,
            "signerIds": [draw.pick(signer_uids(body))],
            "unitIds": [draw.pick(unit_uids(body)) for _ in range(2 if draw.chance(0.06) else 1)],
            "decisionTypeId": kind,
            "thematicCategoryIds": act.themes(),
            "extraFieldValues": extra_field_values(act),
            "privateData": draw.chance(0.015),
            "ada": ada,
            "publishTimestamp": header.published,
            "submissionTimestamp": state.submitted,
            "versionId": self.identity.version_id(key, version),
            "status": state.status,
            "url": f"{_HOST}/luminapi/api/decisions/{ada}",
            "documentUrl": _document_url(ada, state),
            "documentChecksum": None,
            "attachments": act.attachments(),
            "warnings": None,
            "correctedVersionId": self.identity.version_id(key, version - 1) if version else None,
        }
        for event in state.corrections:
            _correct(raw, event)
        if self.shape_rate:
            odd = Draw.of(self.seed, body.number, header.day, header.number, "shape")
            if odd.chance(self.shape_rate):
                misshape(raw, odd)
        return raw


class ActDraft:
    """One act while its text is made: the draws and what several fields share."""

    def __init__(
        self, writer: Writer, body: SimulatedOrganization, state: State, kind: str
    ) -> None:
        header = state.header
        self.writer, self.body, self.state, self.kind = writer, body, state, kind
        self.draw = Draw.of(writer.seed, body.number, header.day, header.number, "text")
        issued = date.fromordinal(athens_day(header.issued))
        self.year = issued.year
        self.month = issued.month
        self.reversal = kind == "Β.1.3" and self.draw.chance(0.05)
        self.links = self._links()
        self.deal = self._deal()

    # --- links between commitment, approval and payment -----------------------------------------

    def _links(self) -> tuple[tuple[str, Header], ...]:
        """(field, act) of the earlier acts that this one refers to."""
        share = self.draw.random()
        wanted: tuple[str, str] | None = None
        if self.kind == "Β.2.2":
            if share < 0.25:
                wanted = "relatedEkgrisiDapanis", "Β.2.1"
            elif share < 0.6:
                wanted = "relatedDecisions", "Β.1.3"
        elif self.kind == "Β.2.1" and share < 0.7:
            wanted = "relatedAnalipsiYpoxreosis", "Β.1.3"
        elif self.kind == "Δ.1" and share < 0.3:
            wanted = "textRelatedADA", "Β.1.3"
        elif self.kind == "Δ.2.2" and share < 0.6:
            wanted = "textRelatedADA", "Δ.2.1"
        elif self.reversal:
            wanted = ("relatedPartialADA" if share < 0.6 else "relatedDecisions"), "Β.1.3"
        elif self.kind == "2.4.7.1" and share < 0.04:
            wanted = "relatedDecisions", "Δ.1"
        found = wanted and self._earlier(wanted[1])
        return ((wanted[0], found),) if wanted and found else ()

    def _earlier(self, kind: str) -> Header | None:
        """An ordinary act of a type, published in the weeks before this one."""
        index, timeline = type_index(kind), self.writer.timeline
        for _ in range(6):
            day = self.state.header.day - 1 - self.draw.below(_LINK_REACH)
            acts = [act for act in timeline.headers(self.body, day) if act.type_index == index]
            if acts:
                return self.draw.pick(acts)
        return None

    def _deal(self) -> Deal:
        """The deal of the act that this one refers to, else its own."""
        source = self.links[0][1] if self.links else self.state.header
        seed, uid = self.writer.seed, self.body.number
        draw = Draw.of(seed, uid, source.day, source.number, "deal")
        bought = draw.pick(goods())
        amount = round(bought.typical * 2 ** draw.gauss(0, 1.3), 2)
        party: Company | Person = draw.pick(companies(seed, uid))
        if draw.chance(0.2):
            party = draw.pick(persons(seed, uid))
        return Deal(bought, max(amount, 1.0), party)

    def linked_ada(self, field: str) -> str | None:
        """ADA of the act that stands in ``field``."""
        for name, act in self.links:
            if name == field:
                return self.ada_of(act)
        return None

    def ada_of(self, act: Header) -> str:
        """ADA of an act of the same body."""
        return self.writer.identity.ada(ActKey(self.body.number, act.day, act.number))

    # --- parties --------------------------------------------------------------------------------

    def company(self) -> Company:
        """A legal entity."""
        return self.draw.pick(companies(self.writer.seed, self.body.number))

    def person(self) -> Person:
        """A planted person."""
        return self.draw.pick(persons(self.writer.seed, self.body.number))

    def party(self, natural: float) -> Company | Person:
        """A person in a share of the draws, else a legal entity."""
        return self.person() if self.draw.chance(natural) else self.company()

    # --- fields ---------------------------------------------------------------------------------

    def kae(self, bought: Goods | None = None) -> str:
        """A budget code; from 2026 on one of the new chart of accounts."""
        bought = bought or self.deal.goods
        if self.year >= 2026:
            return f"{bought.service}0.{bought.account}"
        code = f"{bought.service}-{bought.kae}"
        return f"{code}.{self.draw.between(1, 30):03d}" if self.draw.chance(0.7) else code

    def protocol_number(self) -> str:
        """A number in one of the shapes of protocol books."""
        number = self.draw.between(1, 28_000)
        share = self.draw.random()
        if share < 0.55:
            return str(number)
        if share < 0.85:
            return f"{number}/{self.year}"
        if share < 0.95:
            return f"Α/{number % 2000}"
        return f"{number}/{self.draw.between(1, 28):02d}-{self.month:02d}-{self.year}"

    def themes(self) -> list[str]:
        """One or two thematic categories."""
        return [
            self.draw.pick(word_list("theme")) for _ in range(2 if self.draw.chance(0.08) else 1)
        ]

    def subject(self) -> str:
        """The subject, in a share of the acts with a planted person in it."""
        share = _PERSONAL_SHARE.get(self.kind, 0.02)
        if not self.reversal and self.draw.chance(share):
            text = self._personal_subject()
        else:
            text = self._impersonal_subject()
        if self.kind in _BOUGHT and self.draw.chance(0.6):
            text += self.draw.pick(word_list("tail")).format_map(_Slots(self))
        if self.draw.chance(0.3):
            text = capitals(text)
        return text

    def _impersonal_subject(self) -> str:
        template = self.draw.pick(subjects("Β.1.3 reversal" if self.reversal else self.kind))
        return template.format_map(_Slots(self))

    def _personal_subject(self) -> str:
        return self.draw.pick(personal_subjects(self.kind)).format_map(_Slots(self))

    def attachments(self) -> list[dict[str, Any]]:
        """Usually none; some name a person."""
        if not self.draw.chance(0.15):
            return []
        text = "ΣΥΝΗΜΜΕΝΟ ΠΙΝΑΚΑΣ"
        if self.draw.chance(0.15):
            text = f"ΑΙΤΗΣΗ {capitals(self.person().surname.genitive)}"
        checksum = "".join(f"{word:08x}" for word in words(self.draw.below(2**31), "checksum"))
        return [
            {
                "id": f"a{self.draw.below(10**9)}",
                "description": text,
                "filename": f"{text.replace(' ', '_')}.pdf",
                "mimeType": "application/pdf",
                "checksum": checksum,
                "size": self.draw.between(20_000, 3_000_000),
            }
        ]


# Types whose subject goes on with studies, codes and amounts.
_BOUGHT = frozenset({"Β.1.3", "Β.2.1", "Β.2.2", "Δ.1", "Δ.2.1", "Δ.2.2"})
_PERSONAL_SHARE = {
    "Β.2.2": 0.05,
    "Β.1.3": 0.03,
    "Β.2.1": 0.05,
    "Δ.1": 0.08,
    "Α.2": 0.04,
    "Β.4": 0.6,
    "Β.5": 0.6,
    "Γ.2": 0.6,
    "Γ.3.1": 0.0,
    "Γ.3.2": 0.5,
    "Γ.3.3": 0.8,
    "Γ.3.4": 0.8,
    "Γ.3.5": 0.9,
    "Γ.3.6": 0.7,
    "100": 0.8,
    "2.4.6.1": 0.35,
    "2.4.7.1": 0.12,
    "Β.1.1": 0.0,
    "Β.3": 0.0,
    "Ζ.1": 0.0,
}


class _Slots(dict[str, str]):
    """The values of a template's slots, each made when the template asks for it."""

    def __init__(self, act: ActDraft) -> None:
        super().__init__()
        self._act = act

    def __missing__(self, slot: str) -> str:
        act, draw = self._act, self._act.draw
        if slot in _KINDS:
            fits = act.deal.goods.kind == slot
            return act.deal.goods.text if fits else draw.pick(goods(slot)).text
        if slot in _CASES:
            person = self.setdefault_person()
            given, surname = getattr(person.given, slot), getattr(person.surname, slot)
            return f"{given} {surname}" if draw.chance(0.5) else f"{surname} {given}"
        if slot == "list":
            names = [act.person() for _ in range(draw.between(2, 4))]
            return ", ".join(f"{p.surname.nominative} {p.given.nominative}" for p in names)
        if slot == "month":
            return word_list("month")[act.month - 1]
        make = _SLOTS.get(slot)
        return make(act, self) if make else draw.pick(word_list(slot))

    def setdefault_person(self) -> Person:
        """The person of this subject."""
        person = self.__dict__.get("person")
        if person is None:
            person = self.__dict__["person"] = self._act.person()
        return person


_KINDS = ("Προμήθειες", "Υπηρεσίες", "Έργα", "Μελέτες")
_CASES = ("nominative", "genitive", "accusative")
_SLOTS = {
    "number": lambda act, slots: str(act.draw.between(2, 900)),
    "year": lambda act, slots: str(act.year),
    "body": lambda act, slots: act.body.name_genitive,
    "kae": lambda act, slots: act.kae(),
    "cpv": lambda act, slots: act.deal.goods.cpv,
    "amount": lambda act, slots: _written_amount(act.deal.amount),
    "company": lambda act, slots: (
        act.deal.party if isinstance(act.deal.party, Company) else act.company()
    ).name.strip(),
    "father": lambda act, slots: slots.setdefault_person().father.genitive,
    "initials": lambda act, slots: slots.setdefault_person().initials,
    "afm": lambda act, slots: slots.setdefault_person().afm,
}


def _written_amount(amount: float) -> str:
    """An amount as Greek texts write it: 1.234,50."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _document_url(ada: str, state: State) -> str | None:
    if state.status == REVOKED_STATUS:
        return None
    if date.fromordinal(state.header.day).year < 2013:
        return f"{_HOST}/luminapi/api/decisions/{ada}/document"
    return f"{_HOST}/doc/{ada}"


def _correct(raw: dict[str, Any], event: Event) -> None:
    """Change what this correction changes; issue date and type are in the state already."""
    if event.kind == REDATED:
        return
    effect = event.salt % 100
    if 8 <= effect < 40:
        raw["subject"] = f"ΟΡΘΗ ΕΠΑΝΑΛΗΨΗ: {raw['subject']}"
    elif effect < 70:
        _change_amounts(raw["extraFieldValues"], 1 + event.salt // 100 % 40 / 100)
    elif effect < 80:
        raw["protocolNumber"] = f"{raw['protocolNumber']} ορθή"


def _change_amounts(values: Any, factor: float) -> None:
    if isinstance(values, list):
        for value in values:
            _change_amounts(value, factor)
    elif isinstance(values, dict):
        for name, value in values.items():
            if name in ("amount", "amountWithVAT") and isinstance(value, float):
                values[name] = round(value * factor, 2)
            else:
                _change_amounts(value, factor)
