"""One module a page or a noun: fetch through the viewer's rights, one verb, render or redirect."""
