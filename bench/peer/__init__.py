"""Another help desk, measured beside us in the same hour on the same machine: django-helpdesk, by its handbook.

It lives in an environment of its own under the cache folder and in a database of its own in the same PostgreSQL. By
hand only: nothing of Upheld needs it, and no test installs it.
"""
