"""Letters in and out: fetch, listen, store, read, screen, fold, send.

The room carries letters and knows nothing of cases: whoever files them asks for those that are unopened. Reading,
screening, folding and printing are pure functions of a letter's raw bytes and never raise; fetching and sending are
the only modules that speak to a mail server. It never answers anything by itself and never cuts what was written.
"""
