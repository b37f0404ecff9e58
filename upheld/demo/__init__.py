"""A believable company to look at: Harbour Shoes of Hamburg, with sixty days behind it and today in front of it.

`building.build` lets the company live through its days by the same verbs that people use, in the order of time. What
it shows is made up; how it came about is not. Nothing here ever connects to a mail server.
"""
