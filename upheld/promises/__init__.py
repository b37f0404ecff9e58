"""The ledger: every promise with a keeper and a due moment, every standard with its running clocks.

Verbs: `promising` (draft, make, drop), `keeping.keep`, `renegotiating.renegotiate`, `withdrawing.withdraw`,
`mending.make_good`, `clocks` (start, stop, pause, resume), and the clock's own: `breaking.break_due`,
`warning.warn_due`. The clock says broken; no person does. Nothing here knows what a case is: a promise carries an
opaque subject.
"""
