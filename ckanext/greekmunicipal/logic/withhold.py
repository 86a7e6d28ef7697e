"""Withholding of acts on a person's objection, by an administrator; its end; its log."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.greekmunicipal import datastore, downloads
from ckanext.greekmunicipal.harvesters import acts_withheld, datasets
from ckanext.greekmunicipal.harvesters.acts_withheld import Known

log = logging.getLogger(__name__)

LONGEST_REASON = 1_000
MOST_ENTRIES = 500


def get_actions() -> dict[str, Any]:
    """Actions of this module."""
    ours = (
        greekmunicipal_act_withhold,
        greekmunicipal_act_withhold_undo,
        greekmunicipal_act_withheld_list,
    )
    return {action.__name__: action for action in ours}


def greekmunicipal_act_withhold(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Withhold an act: subject, parties and document go, at once and for all later harvests.

    Rows, what they are found by, downloads, feeds and metadata of the dataset follow with the
    call. For administrators of the organisation and of the portal.

    Args:
        context: CKAN's.
        data_dict: ``ada`` of the act; ``reason``, which only administrators read: no names.

    Returns:
        ``ada``, ``withheld`` (true), ``family``, ``organization`` (id).

    Raises:
        ObjectNotFound: no such act is stored.
    """
    act, reason = _asked(context, data_dict, "greekmunicipal_act_withhold")
    with datastore.transaction() as cursor:
        acts_withheld.lock(cursor, act.organization_uid)
        # A harvest may have moved it to another family while we waited.
        current = acts_withheld.known(cursor, act.ada) or act
        touched = acts_withheld.withhold(cursor, current, reason, context.get("user") or "")
    downloads.forget(touched)
    _publish(current.organization_uid)
    return _told(current, withheld=True)


def greekmunicipal_act_withhold_undo(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """End the withholding of an act: it is read from Diavgeia again in the background.

    Args:
        context: CKAN's.
        data_dict: ``ada`` of the act; ``reason``.

    Returns:
        ``ada``, ``withheld`` (false), ``family``, ``organization`` (id).

    Raises:
        ObjectNotFound: no such act is stored.
        ValidationError: it is not withheld.
    """
    act, reason = _asked(context, data_dict, "greekmunicipal_act_withhold_undo")
    with datastore.transaction() as cursor:
        acts_withheld.lock(cursor, act.organization_uid)
        current = acts_withheld.known(cursor, act.ada) or act
        if not current.is_withheld:
            raise tk.ValidationError({"ada": [tk._("The act is not withheld.")]})
        acts_withheld.lift(cursor, current, reason, context.get("user") or "")
    _read_again(current)
    return _told(current, withheld=False)


@tk.side_effect_free
def greekmunicipal_act_withheld_list(
    context: Any, data_dict: dict[str, Any]
) -> list[dict[str, Any]]:
    """Log of withholdings: which act, when, by whom, why; never what stood there.

    Args:
        context: CKAN's.
        data_dict: ``organization``, id or name; without it all, for administrators of the portal.

    Returns:
        Entries, the last first.
    """
    tk.check_access("greekmunicipal_act_withheld_list", context, data_dict)
    uid = None
    if wanted := data_dict.get("organization"):
        from ckanext.greekmunicipal.views.acts.body import uid_of

        found = tk.get_action("organization_show")(
            context, {"id": wanted, "include_datasets": False, "include_users": False}
        )
        uid = uid_of(found)
        if uid is None:
            return []
    with datastore.transaction() as cursor:
        entries = acts_withheld.entries(cursor, uid, MOST_ENTRIES)
    return [entry | {"done_at": entry["done_at"].isoformat()} for entry in entries]


def _asked(context: Any, data_dict: dict[str, Any], action: str) -> tuple[Known, str]:
    """The act and the reason, if the user may do it."""
    text, required = tk.get_validator("unicode_safe"), tk.get_validator("not_empty")
    data, errors = tk.navl_validate(
        data_dict, {"ada": [required, text], "reason": [required, text]}, context
    )
    # Who may do nothing is told nothing, not even what is missing.
    if errors.get("ada"):
        tk.check_access(action, context, {"organization": None})
        raise tk.ValidationError(errors)
    with datastore.transaction() as cursor:
        act = acts_withheld.known(cursor, data["ada"].replace("\0", "").strip())
    owner = _owner(act.organization_uid) if act else None
    tk.check_access(action, context, {"organization": owner})
    reason = str(data.get("reason") or "").replace("\0", "").strip()
    if not reason:
        errors = errors | {"reason": [tk._("Say why: the log keeps it for administrators.")]}
    if len(reason) > LONGEST_REASON:
        told = tk._("At most {most} characters.").format(most=LONGEST_REASON)
        errors = errors | {"reason": [told]}
    if errors:
        raise tk.ValidationError(errors)
    if act is None:
        raise tk.ObjectNotFound(tk._("There is no such act here."))
    return act, reason


def _owner(uid: str) -> str | None:
    try:
        return datasets.owner_of(uid)
    except datasets.OrganizationMissing:
        return None


def _told(act: Known, *, withheld: bool) -> dict[str, Any]:
    return {
        "ada": act.ada,
        "withheld": withheld,
        "family": act.family,
        "organization": _owner(act.organization_uid),
    }


def _publish(uid: str) -> None:
    """Tell in the datasets how many subjects are withheld now; the rows are masked already."""
    from ckanext.greekmunicipal.harvesters import diavgeia

    try:
        diavgeia.publish_body(uid, None)
    except Exception:  # what stands in the metadata are counts: the next harvest mends them
        log.exception("The datasets of body %s could not be published after a withholding.", uid)


def _read_again(act: Known) -> None:
    try:
        tk.enqueue_job(read_again, [act.ada], title=f"Read {act.ada} from Diavgeia again")
    except Exception:  # Redis is gone: the act comes with the next reading of its window
        log.exception("The act %s could not be queued to be read again.", act.ada)


def read_again(ada: str) -> bool:
    """Read one act from where its body's acts came from, and store it.

    Args:
        ada: number of the act.

    Returns:
        Whether it is stored; False if no source of its body is known.

    Raises:
        DiavgeiaError: no usable answer; the act stays as it is.
    """
    from ckanext.harvest.model import HarvestSource

    from ckanext.greekmunicipal.diavgeia.act import read_act
    from ckanext.greekmunicipal.diavgeia.rows import rows_of
    from ckanext.greekmunicipal.harvesters import acts_store, diavgeia, diavgeia_reading
    from ckanext.greekmunicipal.harvesters.diavgeia_options import read_options

    with datastore.transaction() as cursor:
        act = acts_withheld.known(cursor, ada)
        source_id = acts_withheld.source_of(cursor, act.organization_uid) if act else None
    source: Any = HarvestSource.get(source_id) if source_id else None
    if act is None or source is None:
        return False
    options = read_options(source.config)
    with diavgeia_reading.client_of(source.url, options) as client:
        rows = rows_of(read_act(client.decision(ada)))
    uid = act.organization_uid
    with datastore.transaction() as cursor:
        stage = acts_store.ActsStage(cursor, uid)
        stage.add([rows])
        stage.merge(diavgeia_reading.preparing(uid, options.families))
    diavgeia.publish_body(uid, None)
    return True
