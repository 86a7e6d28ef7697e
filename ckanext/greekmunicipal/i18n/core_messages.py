"""Words of CKAN and other extensions on our pages that have no Greek in their own catalogues.

Read by the extraction of messages only, so that their translations stand in
our catalogue; no code imports this module.
"""

from __future__ import annotations

from ckan.common import _, ungettext

MESSAGES = (
    _("Skip to main content"),
    _("Account"),
    _("Toggle navigation"),
    _("Search Datasets..."),
    _("Search datasets..."),
    _("Submit"),
    _("Breadcrumb"),
    _("Filter by: {title}"),
    _("Search datasets by {name}: {label}"),
    _("Search datasets with the tag: {name}"),
    _("Navigate to resource: {name}"),
    _("Current resource: {name}"),
    _("Resource URL: {url}"),
    _("Remove applied filter: {value}"),
    _("There are no {facet_type} that match this search"),
    _("Show More {facet_type}"),
    _("Show Only Popular {facet_type}"),
    _("Data API"),
    _("Username or Email"),
    _(
        "Enter your email address or username into the box and we will send you an email with a link to enter a new password."
    ),
    _("Email or username"),
    _("Request Reset"),
    _("There are no groups associated with this dataset."),
    _("Publish"),
    # Large numbers in short.
    _("{k}k"),
    _("{m}M"),
    _("{g}G"),
    # These have Greek in CKAN's catalogue that is broken or half English.
    ungettext('{number} dataset found for "{query}"', '{number} datasets found for "{query}"', 1),
    ungettext("{number} dataset found", "{number} datasets found", 1),
    _('No datasets found for "{query}"'),
    _("No datasets found"),
)
