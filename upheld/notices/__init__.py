"""Who is told what, when: a line for the one person whom a fact concerns, made by reading the journal.

Verbs: `telling.follow` reads facts after its own bookmark and tells each once; `telling.seen` puts them away. Nobody is
told of their own deeds, and nothing leaves the house from here.
"""
