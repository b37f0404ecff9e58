"""The embedded PostgreSQL's life: found, created, started and stopped, so that nobody sets one up.

`url_for(folder)` says where the database is; `Cluster(folder)` owns one. It never dumps, restores or
upgrades, and knows no Django.
"""

from upheld.cluster.finding import Binaries, find
from upheld.cluster.living import FOR_TESTS, Cluster, url_for

__all__ = ["FOR_TESTS", "Binaries", "Cluster", "find", "url_for"]
