"""The ledger: every promise with a keeper and a due moment, every standard with its running clocks.

Verbs: `promising` (draft, make, drop, promise), `keeping.keep`, `renegotiating.renegotiate`, `withdrawing.withdraw`,
`mending.make_good`, `handing.hand_to`, `standards` (set, end), `clocks` (start, stop, drop, pause, resume), and the
clock's own sweeps: `breaking.break_due`, `warning.warn_due`, `clocks.miss_due`. The clock says broken; no person
does, and no person takes it back. Nothing here knows what a case is: a promise carries an opaque subject.
"""
