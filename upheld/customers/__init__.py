"""Whom we serve: persons, the accounts they belong to, their addresses, and what they told us about reaching them.

Verbs: `meeting.meet` (somebody writes for the first time), `addressing.add`, `describing.describe` (name, phone,
language, best time), `joining.join` (two rows turn out to be one person). A customer is never deleted by a verb of
this room: rows are joined, or erased on request.
"""
