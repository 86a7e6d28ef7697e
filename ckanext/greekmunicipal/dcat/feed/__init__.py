"""The catalogue feed: keyset pages and dumps, assembled from one fragment a dataset.

A fragment is what the RDF profile says of one dataset, as N-Triples; pages and
dumps in all serialisations are put together from fragments. What is exported
is asked of CKAN's database at each request, so that a dataset that was made
private or deleted is gone from the next answer on.
"""
