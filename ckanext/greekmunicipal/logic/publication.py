"""CKAN's actions that publish tables, with the scan for personal data in front of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ckan.authz as authz
import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal.privacy import CLEAN, scan_records
from ckanext.greekmunicipal.publication import gate, store
from ckanext.greekmunicipal.publication.gate import Consent, Passage, Refused
from ckanext.greekmunicipal.publication.items import (
    Item,
    digest_of_records,
    is_changed,
    item_of,
)
from ckanext.greekmunicipal.publication.looking import Look
from ckanext.greekmunicipal.publication.store import RECORDS, UPLOAD

Data = dict[str, Any]
# In a context: the file that came with a call of resource_create or resource_update. CKAN 2.11
# takes it out of the resource before it calls package_update.
_CARRIED = "greekmunicipal_uploaded_file"


def get_actions() -> dict[str, Any]:
    """Our action and the actions of CKAN that are wrapped."""
    wrapped = (
        package_create,
        package_update,
        resource_create,
        resource_update,
        bulk_update_public,
        datastore_create,
        datastore_upsert,
        greekmunicipal_personal_data_show,
    )
    return {action.__name__: action for action in wrapped}


@tk.side_effect_free
def greekmunicipal_personal_data_show(context: Any, data_dict: Data) -> list[Data]:
    """What was looked at in a dataset before it was published, what was found, who confirmed it.

    Args:
        context: CKAN's; the user must be allowed to edit the dataset.
        data_dict: ``id``, id or name of the dataset.

    Returns:
        One dict a resource that was looked at: ``resource_id``, ``source`` (``upload``, ``link``
        or ``records``), ``state`` (``clean``, ``found``, ``not-scanned``, ``unreadable``),
        ``report`` and ``confirmations``. No value of a cell is in it.
    """
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None:
        raise tk.ObjectNotFound(tk._("There is no dataset {value}").format(value=data_dict["id"]))
    tk.check_access("greekmunicipal_personal_data_show", context, {"id": package.id})
    return store.status_of(package.id)


@tk.chained_action
def package_create(next_action: Any, context: Any, data_dict: Data) -> Any:
    """Make a dataset whose tables were looked into."""
    consent = gate.take_consent(data_dict)
    items = list(_items(data_dict.get("resources"), {}, context, consent, every=True))
    if not items or _is_private(data_dict):
        return next_action(context, data_dict)
    tk.check_access("package_create", _apart(context), data_dict)
    passage = _pass(context, items, None, data_dict, consent)
    return _finish(passage, next_action, context, data_dict)


@tk.chained_action
def package_update(next_action: Any, context: Any, data_dict: Data) -> Any:
    """Change a dataset; what is new in it, or becomes public, was looked into."""
    consent = gate.take_consent(data_dict)
    package = model.Package.get(data_dict.get("id") or data_dict.get("name"))
    if package is None:
        _drop_consents(data_dict)
        return next_action(context, data_dict)
    before = {resource.id: _stored(resource) for resource in package.resources}
    becomes_public = package.private or package.state == model.State.DELETED
    resources = data_dict.get("resources")
    if resources is None and becomes_public:
        resources = list(before.values())
    items = list(_items(resources, before, context, consent, every=becomes_public))
    if not items or not _is_bound(data_dict, package):
        return next_action(context, data_dict)
    tk.check_access("package_update", _apart(context), {**data_dict, "id": package.id})
    passage = _pass(context, items, package.id, data_dict, consent)
    return _finish(passage, next_action, context, data_dict)


@tk.chained_action
def resource_create(next_action: Any, context: Any, data_dict: Data) -> Any:
    """Carry the uploaded file to where the dataset is changed."""
    return next_action(_carrying(context, data_dict), data_dict)


@tk.chained_action
def resource_update(next_action: Any, context: Any, data_dict: Data) -> Any:
    """Carry the uploaded file to where the dataset is changed."""
    return next_action(_carrying(context, data_dict), data_dict)


@tk.chained_action
def bulk_update_public(next_action: Any, context: Any, data_dict: Data) -> Any:
    """Publish datasets whose tables were looked into.

    On the page of an organisation those that are refused stay private and are named; the API
    refuses the call.
    """
    consent = gate.take_consent(data_dict)
    tk.check_access("bulk_update_public", _apart(context), data_dict)
    passed: list[tuple[model.Package, Passage]] = []
    refused: list[str] = []
    for package in _private_ones(data_dict):
        before = {resource.id: _stored(resource) for resource in package.resources}
        items = list(_items(list(before.values()), before, context, consent, every=True))
        try:
            passed.append((package, gate.pass_through(context, items, package.id)))
        except Refused as refusal:
            refused += [
                f"{package.title}: {error[gate.CONFIRMED][0]}" for error in refusal.errors.values()
            ]
            data_dict["datasets"] = [
                each for each in data_dict["datasets"] if each not in (package.id, package.name)
            ]
    if refused and not _on_a_page():
        for _package, passage in passed:
            passage.fail()
        raise tk.ValidationError({gate.CONFIRMED: refused})
    for message in refused:
        tk.h.flash_error(message)
    result = next_action(context, data_dict)
    for package, passage in passed:
        passage.done(package.id, _resource_ids(package.id))
    return result


@tk.chained_action
def datastore_create(next_action: Any, context: Any, data_dict: Data) -> Any:
    """Store rows that were looked into, if their dataset is on its way to the public."""
    return _store_records("datastore_create", next_action, context, data_dict)


@tk.chained_action
def datastore_upsert(next_action: Any, context: Any, data_dict: Data) -> Any:
    """Store rows that were looked into, if their dataset is on its way to the public."""
    return _store_records("datastore_upsert", next_action, context, data_dict)


def _store_records(name: str, next_action: Any, context: Any, data_dict: Data) -> Any:
    consent = gate.take_consent(data_dict)
    records = _records(data_dict.get("records"))
    package, resource = _owner(data_dict)
    if not records or package is None or package.private or context.get("ignore_auth"):
        return next_action(context, data_dict)
    tk.check_access(name, _apart(context), {**data_dict})
    if resource is not None and _come_from_its_file(resource, context):
        return next_action(context, data_dict)
    digest = digest_of_records(records)
    report = store.report_of(digest)
    if report is None:
        fields = [str(each.get("id", "")) for each in data_dict.get("fields") or ()]
        report = scan_records(records, fields, sha256=digest)
        store.keep_report(report)
    item = Item(0, {"id": resource.id if resource else None}, RECORDS)
    try:
        passage = gate.settle(context, [(Look(item, report), consent)], package.id)
    except Refused as refusal:
        raise tk.ValidationError(refusal.errors[0]) from None
    try:
        result = next_action(context, data_dict)
    except BaseException:
        passage.fail()
        raise
    resource_id = data_dict.get("resource_id")
    if resource_id:
        passage.done(package.id, [resource_id])
    return result


def _apart(context: Any) -> Any:
    """A copy of a context, since asking for access writes into it."""
    return dict(context)


def _records(sent: Any) -> list[Any]:
    if isinstance(sent, str):
        try:
            sent = json.loads(sent)
        except ValueError:
            return []
    return sent if isinstance(sent, list) else []


def _owner(data_dict: Data) -> tuple[model.Package | None, model.Resource | None]:
    """Dataset and resource in which rows are to be stored."""
    resource_id = data_dict.get("resource_id")
    if resource_id:
        resource = model.Resource.get(resource_id)
        return (resource.package, resource) if resource is not None else (None, None)
    sent = data_dict.get("resource")
    package_id = sent.get("package_id") if isinstance(sent, Mapping) else None
    return (model.Package.get(package_id) if package_id else None), None


def _come_from_its_file(resource: model.Resource, context: Any) -> bool:
    """Whether rows come from a file that was looked into, as a loader sends them in parts.

    Those of a file whose findings were confirmed, and those that a system administrator, as whom
    loaders call, sends for a file that was found clean.
    """
    sha256 = store.file_of(resource.id) if resource.url_type == UPLOAD else None
    if not sha256:
        return False
    if store.is_confirmed(resource.id, sha256):
        return True
    report = store.report_of(sha256)
    return bool(report) and report.state == CLEAN and authz.is_sysadmin(context.get("user"))


def _items(
    resources: Any, before: Mapping[str, Data], context: Any, consent: Consent, *, every: bool
) -> Iterable[tuple[Item, Consent]]:
    """Resources that have to be looked into, with what the call says of each.

    The fields of a confirmation are taken out of all resources.
    """
    if not isinstance(resources, Sequence) or isinstance(resources, str):
        return
    for index, resource in enumerate(resources):
        if not isinstance(resource, dict):
            continue
        own = gate.take_consent(resource) | consent
        stream = _upload_of(resource, context)
        old = before.get(resource.get("id") or "")
        if not every and stream is None and not is_changed(resource, old):
            continue
        item = item_of(index, resource, stream)
        if item is not None:
            yield item, own
        elif own.digests and not resource.get("url"):
            raise tk.ValidationError({"resources": [*[{}] * index, _file_missing()]})


def _file_missing() -> Data:
    message = tk._("The confirmation came without the file that it is for: choose the file again.")
    return {"url": [message]}


def _drop_consents(data_dict: Data) -> None:
    for _item in _items(data_dict.get("resources"), {}, {}, Consent(), every=False):
        pass


def _upload_of(resource: Data, context: Any) -> Any:
    """The file that comes with a resource, None if none does."""
    sent = resource.get("upload")
    if sent is not None and not isinstance(sent, str) and getattr(sent, "filename", None):
        return sent
    carried = context.get(_CARRIED)
    if carried and resource.get("url_type") == UPLOAD and carried[0] == resource.get("id"):
        return carried[1]
    return None


def _carrying(context: Any, data_dict: Data) -> Any:
    sent = data_dict.get("upload")
    if sent is not None and not isinstance(sent, str) and getattr(sent, "filename", None):
        context[_CARRIED] = (data_dict.get("id"), sent)
    return context


def _stored(resource: model.Resource) -> Data:
    return {
        "id": resource.id,
        "url": resource.url,
        "url_type": resource.url_type,
        "format": resource.format,
    }


def _is_private(data: Mapping[str, Any]) -> bool:
    try:
        return tk.asbool(data.get("private") or False)
    except ValueError:
        return False


def _is_bound(data: Mapping[str, Any], package: model.Package) -> bool:
    """Whether a dataset is on its way to the public with what was sent of it."""
    private = _is_private(data) if "private" in data else package.private
    return not private and data.get("state") != model.State.DELETED


def _private_ones(data_dict: Data) -> list[model.Package]:
    wanted = data_dict.get("datasets") or []
    found = [model.Package.get(each) for each in wanted]
    return [each for each in found if each is not None and each.private]


def _on_a_page() -> bool:
    """Whether a person pressed a button of the portal, rather than called its API."""
    try:
        return tk.get_endpoint()[0] not in ("api", None)
    except RuntimeError:
        return False


def _pass(
    context: Any,
    items: list[tuple[Item, Consent]],
    package_id: str | None,
    data_dict: Data,
    consent: Consent,
) -> Passage:
    try:
        return gate.pass_through(context, items, package_id)
    except Refused as refusal:
        model.Session.rollback()
        gate.give_back(data_dict, consent)
        _give_back(items)
        last = max(refusal.errors)
        # The form of a dataset shows the first, the form of a resource that of its place.
        messages = [
            message for error in refusal.errors.values() for message in error[gate.CONFIRMED]
        ]
        raise tk.ValidationError(
            {
                gate.CONFIRMED: messages,
                "resources": [refusal.errors.get(index, {}) for index in range(last + 1)],
            }
        ) from None


def _give_back(items: list[tuple[Item, Consent]]) -> None:
    """Let a form show what was typed, but no file that is not there."""
    for item, consent in items:
        resource = item.resource
        if not isinstance(resource, dict):
            continue
        gate.give_back(resource, consent)
        if item.stream is not None:
            before = model.Resource.get(item.id) if item.id else None
            resource["url"] = before.url if before is not None else ""
            resource["url_type"] = (before.url_type or "") if before is not None else ""


def _finish(passage: Passage, next_action: Any, context: Any, data_dict: Data) -> Any:
    try:
        result = next_action(context, data_dict)
    except BaseException:
        passage.fail()
        raise
    package_id = result["id"] if isinstance(result, dict) else result
    passage.done(package_id, _resource_ids(package_id))
    return result


def _resource_ids(package_id: str) -> list[str]:
    """Ids of the resources in their order, from the database: the model may hold them as before."""
    query = model.Session.query(model.Resource.id).filter_by(
        package_id=package_id, state=model.State.ACTIVE
    )
    return [resource_id for (resource_id,) in query.order_by(model.Resource.position)]
