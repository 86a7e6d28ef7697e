"""Where budget files come from, beside the folder: addresses, pages, feeds, catalogues, Diavgeia.

One module a kind reads a list of documents (:class:`.documents.Document`); :mod:`.web` asks, guarded
and bounded; :mod:`.memory` keeps what was seen; :mod:`.downloads` gives the files of a budget.
"""
