"""DCAT-AP 3 for the portal, on ckanext-dcat's profile."""
