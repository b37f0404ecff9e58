"""Words on a line of time: none over another, what is owed before all else."""

from __future__ import annotations

from upheld.web.lettering import NARROW, WIDE, lettered


def point(at: int, label: str, kind: str = "promise", *, keep: bool = True) -> dict:
    return {"at": at, "kind": kind, "label": label, "keep": keep, "state": "open"}


def span(one: dict, room: str) -> tuple[str, float, float]:
    sign = WIDE if room == "wide" else NARROW
    side, ends = one[room]
    width = len(one["label"]) * sign
    return (side, one["at"] - width, one["at"]) if ends else (side, one["at"], one["at"] + width)


def test_words_that_would_touch_go_to_the_other_side_or_lean_back():
    found = lettered([point(29, "Fri 17:00, broken"), point(44, "asks again", "chaser")], "now", 46)
    (here, begin, end), (there, first, last) = (span(one, "narrow") for one in found)
    assert here != there or end < first or last < begin


def test_no_words_stand_over_the_word_now():
    for at in range(0, 101, 5):
        (one,) = lettered([point(at, "asks again", "chaser")], "now", 50)
        for room, wide in (("wide", WIDE), ("narrow", NARROW)):
            side, begin, end = span(one, room)
            assert side == "down" or end <= 51.5 or begin >= 50 + 3 * wide, (at, room)


def test_what_is_owed_is_named_before_a_letter_that_came_earlier():
    crowd = [point(40, f"letter {n} of many words", "in", keep=False) for n in range(8)]
    found = lettered([*crowd, point(41, "Fri 17:00")], None, None)
    assert found[-1]["wide"]
    assert sum(one["wide"] is not None for one in found) < len(found)


def test_a_phone_names_only_what_is_to_be_kept():
    (one,) = lettered([point(10, "Ada answers", "out", keep=False)], "now", 90)
    assert one["wide"]
    assert one["narrow"] is None


def test_words_longer_than_the_line_are_left_out():
    (one,) = lettered([point(50, "a very long name for something that is owed to somebody")], None, None)
    assert one["narrow"] is None
