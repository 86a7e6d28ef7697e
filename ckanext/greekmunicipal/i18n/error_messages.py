"""Words of the web library on the pages that say what went wrong.

Read by the extraction of messages only, as ``core_messages``.
"""

from __future__ import annotations

from ckan.common import _

MESSAGES = (
    _("Bad Request"),
    _("The browser (or proxy) sent a request that this server could not understand."),
    _("Unauthorized"),
    _(
        "The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials required."
    ),
    _("Forbidden"),
    _(
        "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server."
    ),
    _("Not Found"),
    _(
        "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."
    ),
    _("Method Not Allowed"),
    _("The method is not allowed for the requested URL."),
    _("Not Acceptable"),
    _("Conflict"),
    _("Gone"),
    _("Request Entity Too Large"),
    _("The data value transmitted exceeds the capacity limit."),
    _("Unsupported Media Type"),
    _("Too Many Requests"),
    _("This user has exceeded an allotted request count. Try again later."),
    _("Internal Server Error"),
    _("Internal server error"),
    _(
        "The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application."
    ),
    _("Bad Gateway"),
    _("Service Unavailable"),
    _(
        "The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later."
    ),
)
