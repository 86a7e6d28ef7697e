"""What the forms of datasets, files and organisations ask: groups, choices, suggestions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.greekmunicipal.schemas import choices, flat, formats, organizations, places, tags
from ckanext.greekmunicipal.schemas.choices import Choice
from ckanext.greekmunicipal.views import form_errors, suggestions

Field = Mapping[str, Any]

# Where a field stands that names no group, as one of another extension.
OTHER_GROUP = "content"
PUBLISHER_TYPES = "http://purl.org/adms/publishertype/"


@dataclass(frozen=True)
class Group:
    """Fields of a form that stand together.

    Attributes:
        name: key of the group in the schema.
        label: heading by language; empty for the first group, which is never folded.
        help_text: explanation by language.
        fields: the fields of the schema.
        snippet: name of a further form snippet behind the fields, or empty.
        is_open: whether it is shown unfolded, since something in it was refused.
    """

    name: str
    label: Any
    help_text: Any
    fields: tuple[Field, ...]
    snippet: str
    is_open: bool


def groups(schema: Mapping[str, Any], kind: str, errors: Mapping[str, Any]) -> list[Group]:
    """The groups of a form that have fields, in the schema's order.

    Args:
        schema: schema of ckanext-scheming with ``form_groups``.
        kind: ``dataset``, ``resource`` or ``organization``.
        errors: what was refused, by field.
    """
    key = "resource_form_groups" if kind == "resource" else "form_groups"
    declared = schema.get(key) or [{"name": OTHER_GROUP}]
    names = {group["name"] for group in declared}
    other = OTHER_GROUP if OTHER_GROUP in names else declared[-1]["name"]
    fields = schema["fields" if kind == "organization" else f"{kind}_fields"]
    shown = [field for field in fields if field.get("form_snippet", "") is not None]
    found = []
    for group in declared:
        own = tuple(
            field
            for field in shown
            if (field.get("form_group") if field.get("form_group") in names else other)
            == group["name"]
        )
        if own:
            found.append(
                Group(
                    name=group["name"],
                    label=group.get("label", ""),
                    help_text=group.get("help_text", ""),
                    fields=own,
                    snippet=group.get("form_snippet", ""),
                    is_open=any(errors.get(field["field_name"]) for field in own),
                )
            )
    return found


def options(field: Field, value: Any) -> list[dict[str, Any]]:
    """Groups of options of a select, labelled and in Greek order.

    Args:
        field: field of a schema with choices.
        value: what is chosen now; a value that is not offered is offered too where the
            field says ``form_keeps_other``.

    Returns:
        Dicts with ``label`` (empty where there is but one group) and ``options``, each with
        ``value``, ``text`` and ``selected``.
    """
    chosen = {value} if isinstance(value, str) else set(value or ())
    chosen.discard("")
    if field.get("choices_helper") == "greekmunicipal_place_choices":
        kinds = [(kind.label(_language()), kind.areas) for kind in places.kinds()]
        offered = [(label, _pairs(areas)) for label, areas in kinds]
    else:
        pairs = [
            (str(one["value"]), tk.h.scheming_language_text(one["label"]))
            for one in tk.h.scheming_field_choices(field) or ()
        ]
        keeps_order = field.get("form_keeps_order")
        offered = [("", pairs if keeps_order else sorted(pairs, key=_greek_order))]
    known = {val for _label, pairs in offered for val, _text in pairs}
    if field.get("form_keeps_other"):
        others = [(val, val) for val in sorted(chosen - known)]
        offered = [("", others), *offered] if others else offered
    return [
        {
            "label": label,
            "options": [
                {"value": val, "text": text, "selected": val in chosen} for val, text in pairs
            ],
        }
        for label, pairs in offered
    ]


def chosen(field: Field, data: Mapping[str, Any]) -> Any:
    """What is chosen in a field now: stored value, code or list, also after a refusal."""
    value = data.get(field["field_name"])
    if flat.is_empty(value):
        return [] if field.get("form_multiple") else ""
    if not field.get("vocabulary"):
        return value
    accepted = choices.vocabulary(field["vocabulary"])
    values: Any = [value] if isinstance(value, str) else value
    stored = [
        found.value if isinstance(one, str) and (found := accepted.find(one)) else one
        for one in values
    ]
    return stored if field.get("form_multiple") else stored[0]


def entries(field: Field, data: Mapping[str, Any]) -> dict[str, Any]:
    """Entries of a repeating field as inputs are named, also after a refusal.

    Returns:
        ``count``, and ``data`` with ``contact-0-name`` and so on: what was sent, else
        what is stored.
    """
    name = field["field_name"]
    sent = {
        int(parts[1])
        for key in data
        if key.startswith(f"{name}-") and (parts := key.split("-", 2))[1].isdigit()
    }
    if sent:
        return {"count": max(sent) + 1, "data": data}
    stored = data.get(name)
    stored = [one for one in stored if isinstance(one, Mapping)] if isinstance(stored, list) else []
    named = {
        f"{name}-{index}-{key}": value
        for index, entry in enumerate(stored)
        for key, value in entry.items()
    }
    return {"count": len(stored), "data": {**data, **named}}


def tag_texts(data: Mapping[str, Any]) -> dict[str, str]:
    """Keywords of each language, joined by commas, also after a refusal."""
    try:
        stored = tags.read(data.get("tags_translated"))
    except ValueError:
        stored = {}
    if not stored and data.get("tag_string"):
        stored = tags.read(str(data["tag_string"]))
    return {
        code: data.get(f"tags_translated-{code}") or ", ".join(stored.get(code) or ())
        for code in ("el", "en")
    }


def owners(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Organisations in which the user may publish: ``id``, ``title``, ``selected``."""
    wanted = data.get("owner_org") or data.get("group_id")
    found = [
        {
            "id": organization["id"],
            "title": tk.h.greekmunicipal_title(organization),
            "selected": wanted in (organization["id"], organization["name"]),
        }
        for organization in tk.h.organizations_available("create_dataset")
    ]
    return sorted(found, key=lambda one: _greek_order(("", one["title"])))


def uploads_enabled(kind: str) -> bool:
    """Whether files of a kind (``resource``, ``organization``) may be uploaded."""
    try:
        return tk.h.uploads_enabled(kind)
    except TypeError:  # CKAN 2.11 knows but one kind
        return tk.h.uploads_enabled()


def format_choices(field: Field) -> list[dict[str, Any]]:
    """File formats: their short name and, where it says more, their label."""
    return [
        {"value": one.value, "label": {"el": _named(one, "el"), "en": _named(one, "en")}}
        for one in formats.accepted().all
    ]


def media_type_choices(field: Field) -> list[dict[str, Any]]:
    """Media types of the known formats."""
    return _as_scheming(formats.media_types().all)


def place_choices(field: Field) -> list[dict[str, Any]]:
    """Areas that a dataset can cover."""
    return _as_scheming(places.areas().all)


def publisher_type_choices(field: Field) -> list[dict[str, Any]]:
    """Kinds of publishing bodies of the ADMS vocabulary."""
    return _as_scheming(choices.publisher_types().all)


def supervisor_choices(field: Field) -> list[dict[str, Any]]:
    """Organisations of municipalities, which may supervise a body."""
    return [
        {"value": one.name, "label": _title_of(one)}
        for one in organizations.municipal_organizations()
    ]


def bodies_of(name: str) -> list[dict[str, str]]:
    """Bodies that an organisation supervises: ``name`` and ``title`` in the reader's language."""
    found = [
        {"name": body.name, "title": _title_of(body)} for body in organizations.supervised_by(name)
    ]
    return sorted(found, key=lambda one: _greek_order(("", one["title"])))


def organization_title(name: str) -> str:
    """Title of an organisation in the reader's language."""
    organization = model.Group.get(name)
    return _title_of(organization) if organization is not None else name


def agent_name(agent: Mapping[str, Any], owner: str | None) -> str:
    """Name of a publisher or contact; that of the organisation itself in the reader's language.

    The shape of data.gov.gr has one name for an agent, which is the Greek one.
    """
    name = agent.get("name") or ""
    organization = model.Group.get(owner) if owner else None
    if organization is not None and name == organization.title:
        return _title_of(organization)
    return name


def _title_of(organization: Any) -> str:
    return tk.h.greekmunicipal_title(
        {
            "type": "organization",
            "name": organization.name,
            "title": organization.title,
            "title_translated": organization.extras.get("title_translated"),
        }
    )


def get_helpers() -> dict[str, Callable[..., Any]]:
    """Helpers of the forms by name."""
    return {
        "form_groups": groups,
        "form_options": options,
        "form_chosen": chosen,
        "form_errors": form_errors.errors,
        "form_entries": entries,
        "form_tags": tag_texts,
        "form_owners": owners,
        "form_suggest": suggestions.suggest,
        "uploads_enabled": uploads_enabled,
        "indicator_options": suggestions.indicator_options,
        "format_choices": format_choices,
        "media_type_choices": media_type_choices,
        "place_choices": place_choices,
        "publisher_type_choices": publisher_type_choices,
        "supervisor_choices": supervisor_choices,
        "agent_name": agent_name,
        "bodies_of": bodies_of,
        "organization_title": organization_title,
    }


def _named(one: Choice, language: str) -> str:
    label = one.label(language)
    return label if one.value.casefold() in label.casefold() else f"{one.value} – {label}"


def _pairs(areas: Iterable[Choice]) -> list[tuple[str, str]]:
    return sorted(((one.value, one.label(_language())) for one in areas), key=_greek_order)


def _greek_order(pair: tuple[str, str]) -> str:
    decomposed = unicodedata.normalize("NFD", pair[1].casefold())
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


def _language() -> str:
    return "el" if tk.h.lang().startswith("el") else "en"


def _as_scheming(accepted: Iterable[Choice]) -> list[dict[str, Any]]:
    return [
        {
            "value": choice.value,
            "label": {"el": choice.label_el or choice.label_en, "en": choice.label_en},
        }
        for choice in accepted
    ]
