"""Who is told what, when: a line for the one person whom a fact concerns, made by reading the journal.

Verbs: `telling.tell`, `telling.seen`. It reads facts after its own bookmark and never tells the same fact twice.
"""
