"""What we learn from what customers and colleagues say: each finding has a department, an owner and an answer date.

`raising.raise_finding` makes one from a case, a letter or a verdict; `routing.route` sends it where the cause can be
fixed; `answering.answer` says what changes; `telling.tell` lets whoever raised it know, in a person's letter. What is
not answered stays visible with its age: nothing is discarded.
"""
