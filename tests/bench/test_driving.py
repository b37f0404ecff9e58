"""The load driver: what it counts, and that a wrong answer is no page."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import figures
from bench.driving import BadAnswer, Driven, Line, Target, drive
from bench.peer import setting_up

PAGE = b"<main>" + b"x" * 200_000 + b"</main>"


class Pages(BaseHTTPRequestHandler):
    """Answers with a length, in chunks, to the end, or not at all well."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(500 if self.path == "/broken" else 200)
        if self.path == "/chunks":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for begin in range(0, len(PAGE), 70_000):
                part = PAGE[begin : begin + 70_000]
                self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
            return
        if self.path == "/closing":
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *args):
        pass


@pytest.fixture
def target():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Target("pages", server.server_port, "sessionid=1")
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/", "/chunks", "/closing"])
def test_a_page_is_read_whole_however_it_is_sent(target, path):
    line = Line(target)
    assert [line.get(path) for _turn in range(3)] == [(200, PAGE)] * 3
    line.close()


def test_a_visit_counts_once_whatever_it_asks_for(target):
    driven = drive(target, [["/", "/chunks"]], clients=2, seconds=0.2, check=lambda body: b"<main>" in body)
    assert driven.requests == 2 * len(driven.visits)
    assert driven.bytes == driven.requests * len(PAGE)
    assert driven.rate > 0
    assert driven.quantile(0.5) <= driven.quantile(0.95)


def test_a_wrong_answer_is_not_measured(target):
    with pytest.raises(BadAnswer, match="answered 500"):
        drive(target, [["/broken"]], clients=1, seconds=0.1)
    with pytest.raises(BadAnswer, match="answered 200"):
        drive(target, [["/"]], clients=1, seconds=0.1, check=lambda body: b"<aside>" in body)


def test_quantiles_are_those_of_the_visits():
    driven = Driven(visits=[float(one) for one in range(1, 101)], seconds=10)
    assert (driven.quantile(0.5), driven.quantile(0.95), driven.rate) == (50.5, 95.05, 10)


def test_figures_are_told_to_programs_and_to_people():
    found = {"upheld.list.c1.p50_ms": 20.5, "ratio.list.p50": 5.1, "settings": {"cores": 2}}
    assert '"upheld.list.c1.p50_ms": 20.5' in figures.as_json(found)
    table = figures.as_table(found)
    assert "20.5" in table
    assert "cores" in table


def test_the_peer_is_pinned_with_digests():
    lines = setting_up.REQUIREMENTS.read_text().replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert all("==" in line and "--hash=sha256:" in line for line in pinned)
    assert setting_up.version() == "2.6.1"
