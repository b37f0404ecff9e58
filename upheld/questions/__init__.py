"""Questions that pages ask again and again: their SQL is composed once a connection, and only the values change.

`asking.Question` wraps a QuerySet as its own room wrote it, the rule about who sees what included; it answers with the
same objects. It holds no answers: what it remembers is how to ask, never what was said.
"""
