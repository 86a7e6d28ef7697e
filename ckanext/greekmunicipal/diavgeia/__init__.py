"""Acts of Diavgeia: query plan, client, acts, rows without persons; imports no CKAN."""
