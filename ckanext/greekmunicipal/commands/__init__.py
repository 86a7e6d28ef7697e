"""Commands of ``ckan greekmunicipal``, a module each."""
