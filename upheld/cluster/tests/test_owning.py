"""One folder, one server, one owner; the others are guests."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from upheld.cluster import FOR_TESTS, Cluster, postmaster
from upheld.cluster.refusing import DidNotStart

VISITOR = """
import os, sys
import psycopg
from pathlib import Path
from upheld.cluster import FOR_TESTS, Cluster, find, postmaster
cluster = Cluster(Path(sys.argv[1]), find(prefer="wheel"), settings=FOR_TESTS)
url = cluster.start()
with psycopg.connect(url) as connection:
    connection.execute("SELECT 1")
print(url)
print(postmaster.seen(cluster.data).pid, cluster.owned(), flush=True)
if sys.argv[2] == "vanish":
    os._exit(9)
sys.stdin.read()
cluster.stop()
"""


def visit(cluster: Cluster, how: str) -> subprocess.Popen[str]:
    order = [sys.executable, "-c", VISITOR, str(cluster.asked), how]
    return subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_second_process_is_a_guest_at_the_first_ones_server(cluster):
    server = postmaster.seen(cluster.data)
    told, _ = visit(cluster, "stay").communicate("", timeout=60)
    assert told.split() == [cluster.url(), str(server.pid), "False"]
    assert cluster.running()
    assert postmaster.seen(cluster.data) == server


def test_a_second_object_in_this_process_is_a_guest_too(cluster, wheel):
    with Cluster(cluster.asked, wheel) as guest:
        assert guest.url() == cluster.url()
        assert not guest.owned()
    assert cluster.running()


def test_starting_twice_changes_nothing(cluster):
    before = postmaster.seen(cluster.data)
    assert cluster.start() == cluster.url()
    assert postmaster.seen(cluster.data) == before
    assert cluster.owned()


def test_two_processes_that_start_at_once_share_one_server(room, wheel):
    cluster = Cluster(room / "db", wheel)
    both = [visit(cluster, "stay") for _ in range(2)]
    told = [[one.stdout.readline().strip(), one.stdout.readline().split()] for one in both]
    assert told[0][0] == told[1][0] == cluster.url()
    assert told[0][1][0] == told[1][1][0]
    assert sorted([told[0][1][1], told[1][1][1]]) == ["False", "True"]
    for one in both:
        one.communicate("", timeout=60)
    assert not cluster.running()


def test_a_server_left_by_an_owner_who_died_is_taken_over_and_stopped(room, wheel):
    cluster = Cluster(room / "db", wheel, settings=FOR_TESTS)
    told, _ = visit(cluster, "vanish").communicate(timeout=60)
    pid = int(told.split()[1])
    assert cluster.running()
    with cluster:
        assert cluster.owned()
        assert postmaster.seen(cluster.data).pid == pid
        with psycopg.connect(cluster.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not postmaster.serves(pid, cluster.data)


def test_a_forked_child_does_not_stop_its_parents_server(cluster):
    child = os.fork()
    if child == 0:
        cluster.stop()
        os._exit(int(cluster.owned()))
    assert os.waitpid(child, 0)[1] == 0
    assert cluster.running()
    assert cluster.owned()


def test_an_owner_who_never_brings_it_up_is_named(room, wheel):
    owner = Cluster(room / "db", wheel)
    owner.folder.mkdir(parents=True)
    assert owner._ownership.take()
    with pytest.raises(DidNotStart, match="Another process owns"):
        Cluster(room / "db", wheel, patience=0.2).start()
    owner.stop()
