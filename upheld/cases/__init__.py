"""Cases: one request of a customer until it is resolved, with one owner at every moment and everything said about it.

Verbs: `receiving.receive` (a letter becomes a message, on a case found or opened), `owning.hand_over`,
`replying.answer`, `noting.note`, `closing.close` and `closing.reopen`, `attending.attend` (a letter that needed a
person). It never deletes what was said, and never lets a case be nobody's.
"""
