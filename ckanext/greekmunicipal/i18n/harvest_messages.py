"""Words of ckanext-harvest, which has no Greek, on the pages of whoever looks after sources.

Read by the extraction of messages only, as ``core_messages``.
"""

from __future__ import annotations

from ckan.common import _, ungettext

MESSAGES = (
    _("Harvest"),
    _("Harvest Sources"),
    _("Harvest sources"),
    _("Add Harvest Source"),
    _("Create Harvest Source"),
    _("Create harvest source"),
    _("Edit harvest source"),
    _("View harvest source"),
    _("Search harvest sources..."),
    _("There is no description for this harvest source"),
    _("There are no datasets associated to this harvest source."),
    ungettext(
        '{number} harvest source found for "{query}"',
        '{number} harvest sources found for "{query}"',
        1,
    ),
    _('Sorry no harvest sources found for "{query}"'),
    ungettext("{number} harvest source found", "{number} harvest sources found", 1),
    _("Sorry no harvest sources found"),
    _("No jobs yet for this source"),
    _("Harvest source not found"),
    _("Harvest job not found"),
    _("Harvest job stopped"),
    _("Harvest will start shortly. Refresh this page for updates."),
    _(
        'Cannot create new harvest jobs on inactive sources. First, please change the source status to "active".'
    ),
    _("A harvest job has already been scheduled for this source"),
    _("Harvest source cleared"),
    _("Harvesting source successfully cleared"),
    _("Harvesting source successfully inactivated"),
    _("No content found"),
    _("Error Summary"),
    _("Document Error"),
    _("Document Errors"),
    _("Job Errors"),
    _("Error Report"),
    _("documents with errors"),
    _("Remote content"),
    _("Local content"),
    _("errors"),
    _("Started"),
    _("Finished"),
    _("Count"),
    _("Message"),
    _("Id"),
    _("Last Harvest Job"),
    _("View full job report"),
    _("Job Report"),
    _("Harvest Jobs"),
    _("Jobs"),
    _("Job: "),
    _("Started:"),
    _("Finished:"),
    _("Not yet"),
    _("Back to job list"),
    _("No errors for this job"),
    _("Only the 20 most frequent errors are shown"),
    _(
        "This will re-run the harvesting for this source. Any updates at the source will overwrite the local datasets. Sources with a large number of datasets may take a significant amount of time to finish harvesting. Please confirm you would like us to start reharvesting."
    ),
    _("Start a new harvesting job for this harvest source now"),
    _("Reharvest"),
    _("Stop"),
    _("Clear"),
    _(
        "Warning: This will remove all datasets for this source, as well as all previous job reports. Are you sure you want to continue?"
    ),
    _("Delete all harvest jobs and existing datasets from this source"),
    _(
        "Harvest sources allow importing remote metadata into this catalog. Remote sources can be other catalogs such as other CKAN instances, CSW servers or Web Accessible Folders (WAF) (depending on the actual harvesters enabled for this instance)."
    ),
    _("This should include the http:// part of the URL"),
    _("Update frequency"),
    _("Configuration"),
    _("No organization"),
    _(
        "This will flag the source as deleted but keep all its datasets and previous jobs. Are you sure you want to delete this harvest source?"
    ),
    _(
        "Warning: Apart from deleting this source, this command will remove all its datasets, as well as all previous job reports. Are you sure you want to continue?"
    ),
    _("Delete source"),
    _("Delete and clear source"),
    # Said by CKAN of a type of dataset that it does not know.
    ungettext("{number} harvest found", "{number} harvests found", 1),
    ungettext('{number} harvest found for "{query}"', '{number} harvests found for "{query}"', 1),
    _("No harvests found"),
    _('No harvests found for "{query}"'),
    # Names of filters.
    _("Frequency"),
    _("Type"),
)
