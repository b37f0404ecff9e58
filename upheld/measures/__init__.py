"""How the company does, counted: read-only, one module for each measure, and never about one person.

Each measure is asked for a period and perhaps a department, and gives its share with the count, the definition, the
rows by week and by department, and the lists behind every count. It takes no person and changes nothing.
"""
