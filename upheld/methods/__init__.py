"""Statistics as pure functions: what a figure is, how sure we can be of it, and when it must not be shown.

A number without its count, its denominator and an interval is not a score. Each method names its source, and is
tested against published figures and against a second implementation.
"""
