"""Decides whether what is sent may become public, and records what was confirmed.

A dataset is on its way to the public while it is not private: active, or a draft, since a draft is
published by one click that has no place for a confirmation. What its resources publish is looked
into when it comes or changes, and all of it when the dataset becomes public.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.publication import jobs, store, wording
from ckanext.greekmunicipal.publication.items import Item
from ckanext.greekmunicipal.publication.looking import LINK_SECONDS, Look, Patience, look_into
from ckanext.greekmunicipal.publication.store import LINK, Confirmation

CONFIRMED = "personal_data_confirmed"
REASON = "personal_data_reason"
FINDINGS = "personal_data_findings"
_FIELDS = (CONFIRMED, REASON, FINDINGS)
_APART = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Consent:
    """What a call says of findings.

    Attributes:
        digests: files whose findings may be published.
        reason: why.
    """

    digests: frozenset[str] = frozenset()
    reason: str = ""

    def __or__(self, other: Consent) -> Consent:
        """Both together."""
        return Consent(self.digests | other.digests, self.reason or other.reason)


@dataclass
class Passage:
    """What was looked into for one call.

    Attributes:
        looks: what was found.
        confirmed: numbers of the confirmations that were recorded, by place of the resource.
    """

    looks: list[Look] = field(default_factory=list)
    confirmed: dict[int, int] = field(default_factory=dict)

    def fail(self) -> None:
        """Take back confirmations of what was not published after all."""
        for number in self.confirmed.values():
            store.withdraw_confirmation(number)

    def done(self, package_id: str, resource_ids: Sequence[str]) -> None:
        """Bind what was looked into to the resources, which now have ids.

        Args:
            package_id: id of the dataset.
            resource_ids: ids of its resources in their order.
        """
        self.remember(package_id, dict(enumerate(resource_ids)))
        if any(look.item.source == LINK for look in self.looks):
            jobs.start_if_waiting()

    def remember(self, package_id: str, resource_ids: Mapping[int, str]) -> None:
        """Note for each resource, by its place, what was looked into."""
        for look in self.looks:
            index = look.item.index
            if index not in resource_ids:
                continue
            resource_id = resource_ids[index]
            store.note_resource(
                resource_id,
                package_id,
                look.item.source,
                sha256=look.report.sha256 or None,
                url=look.item.url if look.item.source == LINK else None,
            )
            if index in self.confirmed:
                store.bind_confirmation(self.confirmed[index], resource_id, package_id)


class Refused(Exception):  # noqa: N818 - says what happened
    """Something may hold personal data and nobody confirmed it.

    Attributes:
        errors: by place of the resource, as CKAN's validation tells errors.
    """

    def __init__(self, errors: Mapping[int, dict[str, Any]]) -> None:
        super().__init__("not published")
        self.errors = dict(errors)


def take_consent(data: MutableMapping[str, Any]) -> Consent:
    """Take the fields of a confirmation out of what was sent: they are not metadata."""
    sent = {name: data.pop(name, None) for name in _FIELDS}
    confirmed = sent[CONFIRMED]
    parts = confirmed if isinstance(confirmed, (list, tuple)) else [confirmed]
    digests = frozenset(
        digest for part in parts if isinstance(part, str) for digest in _APART.split(part) if digest
    )
    reason = sent[REASON]
    return Consent(digests, reason.strip() if isinstance(reason, str) else "")


def give_back(data: MutableMapping[str, Any], consent: Consent) -> None:
    """Put the reason back where it was sent, so that a form shows it again."""
    if consent.reason:
        data[REASON] = consent.reason


def pass_through(
    context: Any, items: Iterable[tuple[Item, Consent]], package_id: str | None
) -> Passage:
    """Look into resources and record what is confirmed.

    Args:
        context: CKAN's; its user is the one who confirms.
        items: resources with what the call says of each.
        package_id: id of the dataset, None if it is being made.

    Raises:
        Refused: findings without a confirmation; nothing was recorded.
    """
    patience = Patience(0 if _nobody_waits(context) else LINK_SECONDS)
    looks = ((look_into(item, patience), consent) for item, consent in items)
    return settle(context, [(look, said) for look, said in looks if look], package_id)


def settle(context: Any, looks: Iterable[tuple[Look, Consent]], package_id: str | None) -> Passage:
    """Record what is confirmed of what was found.

    Raises:
        Refused: findings without a confirmation; nothing was recorded.
    """
    passage = Passage()
    errors: dict[int, dict[str, Any]] = {}
    confirmed: list[tuple[Look, str]] = []
    for look, consent in looks:
        passage.looks.append(look)
        if not look.needs_confirmation or _was_confirmed(look):
            continue
        if look.report.sha256 in consent.digests and consent.reason:
            confirmed.append((look, consent.reason))
        else:
            errors[look.item.index] = _error(look, consent)
    if errors:
        raise Refused(errors)
    for look, reason in confirmed:
        passage.confirmed[look.item.index] = store.confirm(
            _confirmation(context, reason),
            sha256=look.report.sha256,
            file=look.item.name,
            counts=look.report.counts,
            resource_id=look.item.id,
            package_id=package_id,
        )
    return passage


def _was_confirmed(look: Look) -> bool:
    return bool(look.item.id) and store.is_confirmed(look.item.id or "", look.report.sha256)


def _error(look: Look, consent: Consent) -> dict[str, Any]:
    messages = [wording.refusal(look.report)]
    if look.report.sha256 in consent.digests and not consent.reason:
        messages.insert(0, wording.without_reason())
    return {CONFIRMED: messages, FINDINGS: [look.report.as_dict()]}


def _confirmation(context: Any, reason: str) -> Confirmation:
    user = context.get("auth_user_obj") or model.User.get(context.get("user") or "")
    return Confirmation(
        getattr(user, "id", None), getattr(user, "name", None) or context.get("user") or "", reason
    )


def _nobody_waits(context: Any) -> bool:
    """Whether a harvester or command of the portal calls: links are then left to the background."""
    if not context.get("ignore_auth"):
        return False
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return context.get("user") == site
