"""What happened: facts with who and when, in one order that never skips, and the bookmarks of those who read them.

Verbs: `writing.write`, `numbering.run`, `numbering.after_restore`, `reading.follow`, `reading.pass_over`.
Questions: `queries.timeline`, `reading.lag`, `sealing.verify`, `facts.restore`. It never holds a name, an address
or a customer's words, so that a person can be erased and the chain of facts still verifies.
"""
