"""Who works here: the company, its departments and calendars, staff and their logins, who is present, who may see what.

Verbs: `hiring`, `attending` (come, leave), `organising` (departments, duty owners, calendars). Rights are questions a
row answers (`Person.may_…`) and filters (`visible_to`); no rule about rights stands anywhere else.
"""
