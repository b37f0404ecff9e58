"""The slow second opinion: walks UTC minute by minute and asks what the clock on the wall shows.

It shares no arithmetic with the room: no weeks, no spells, no sums. It reads only the data of a calendar and the
history of a clock. Cases are drawn from any source of random numbers, so that a property test and a long run share
them. All moments are whole minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from upheld.clock.calendars import Calendar, Frame
from upheld.clock.counting import Why, add_business, business_between, next_opening, open_at
from upheld.clock.running import Paused, Resumed, Started, State, Stopped, Target, explain, read

MINUTE = timedelta(minutes=1)

# How far the simulator walks for a due moment; beyond it only "later than that" is compared.
PATIENCE = timedelta(days=9)

# Places and local dates near which something odd happens to the wall clock, and some where nothing does.
ODD_DAYS = (
    ("Europe/Berlin", date(2025, 3, 30)),
    ("Europe/Berlin", date(2025, 10, 26)),
    ("America/New_York", date(2025, 3, 9)),
    ("America/New_York", date(2025, 11, 2)),
    ("America/St_Johns", date(2006, 10, 29)),  # went back at one minute past midnight
    ("Australia/Lord_Howe", date(2025, 4, 6)),  # half an hour
    ("Australia/Lord_Howe", date(2025, 10, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),  # never was
    ("Pacific/Chatham", date(2025, 9, 28)),  # twelve hours and three quarters ahead
    ("America/Havana", date(2025, 11, 2)),  # back from one o'clock to midnight
    ("America/Havana", date(2025, 3, 9)),  # midnight is missing
    ("America/Sao_Paulo", date(2018, 2, 18)),  # back to the evening before
    ("Africa/Casablanca", date(2025, 2, 23)),
    ("Asia/Pyongyang", date(2018, 5, 5)),  # half an hour forward, for good
    ("America/Caracas", date(2016, 5, 1)),
    ("Asia/Kolkata", date(2025, 6, 2)),
    ("Asia/Kathmandu", date(2024, 2, 29)),
    ("UTC", date(2024, 12, 31)),
)


def wall_is_open(calendar: Calendar, minute: datetime, place: ZoneInfo) -> bool:
    """Whether the wall clock's time lies in a frame of the wall calendar's day."""
    wall = minute.astimezone(place)
    if wall.date() in calendar.holidays:
        return False
    shown = wall.time()
    return any(
        frame.start <= shown and (shown < frame.end or frame.end == time(0, 0))
        for frame in calendar.weekly.get(wall.weekday(), ())
    )


def slow_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    place, counted, minute = ZoneInfo(calendar.zone), 0, start
    while minute < end:
        counted += wall_is_open(calendar, minute, place)
        minute += MINUTE
    return counted * MINUTE


@dataclass(frozen=True)
class Case:
    """One clock in one calendar, read at one moment."""

    target: Target
    history: tuple[Started | Paused | Resumed | Stopped, ...]
    at: datetime


@dataclass(frozen=True)
class SlowReading:
    elapsed: timedelta
    paused: timedelta
    state: State
    due_at: datetime | None  # None: later than the simulator's patience
    end: datetime


def slow_read(case: Case) -> SlowReading:
    """Walks from the start to the reading or the stop, then on as if the clock ran, until the target is reached."""
    calendar, place = case.target.calendar, ZoneInfo(case.target.calendar.zone)
    happened = [event for event in case.history if event.at <= case.at]
    stops = [event.at for event in happened if isinstance(event, Stopped)]
    end = stops[0] if stops else case.at
    goal = case.target.amount // MINUTE
    elapsed = paused = counted = 0
    due_at = None
    minute = happened[0].at
    running = True
    while minute < end or (due_at is None and minute < end + PATIENCE):
        if minute < end:
            for event in happened:
                if event.at == minute:
                    running = not isinstance(event, Paused)
        else:
            running = True
        if running:
            counted += wall_is_open(calendar, minute, place)
        minute += MINUTE
        if due_at is None and counted == goal:
            due_at = minute
        if minute <= end:
            elapsed = counted
            paused += not running
    last = happened[-1]
    state = State.STOPPED if stops else State.PAUSED if isinstance(last, Paused) else State.RUNNING
    return SlowReading(elapsed * MINUTE, paused * MINUTE, state, due_at, end)


def differences(case: Case) -> list[str]:
    """What the room and the simulator do not agree on; nothing when all is well."""
    slow, fast = slow_read(case), read(case.history, case.target, at=case.at)
    calendar = case.target.calendar
    found = []

    def expect(what: str, ours: object, theirs: object) -> None:
        if ours != theirs:
            found.append(f"{what}: {ours!r}, simulated {theirs!r}")

    expect("elapsed", fast.elapsed, slow.elapsed)
    expect("state", fast.state, slow.state)
    if slow.due_at is None:
        expect("due beyond the simulator's patience", fast.earliest_due_at > slow.end + PATIENCE, True)
    else:
        expect("earliest due", fast.earliest_due_at, slow.due_at)
        waiting = slow.state is State.PAUSED and slow.due_at > slow.end
        expect("due", fast.due_at, None if waiting else slow.due_at)
    late = slow.due_at is not None and slow.end > slow.due_at
    expect("met", fast.met, False if late else True if slow.state is State.STOPPED else None)

    rows = explain(case.history, calendar, at=case.at)
    expect("explained", sum((row.counted for row in rows), timedelta()), slow.elapsed)
    lost = sum((row.to_at - row.from_at for row in rows if row.why is Why.PAUSED), timedelta())
    expect("explained pauses", lost, slow.paused)
    joined = [(row.from_at, row.to_at) for row in rows]
    expect("gaps", [a for (_, a), (b, _) in pairwise(joined) if a != b], [])
    if slow.end > case.history[0].at:
        expect("explained span", (rows[0].from_at, rows[-1].to_at), (case.history[0].at, slow.end))

    start = case.history[0].at
    place = ZoneInfo(calendar.zone)
    expect("between", business_between(calendar, start, slow.end), slow_between(calendar, start, slow.end))
    expect("open", open_at(calendar, start), wall_is_open(calendar, start, place))
    due = add_business(calendar, start, case.target.amount)
    expect("inverse", business_between(calendar, start, due), case.target.amount)
    expect("earliest", business_between(calendar, start, due - MINUTE), case.target.amount - MINUTE)
    opening = next_opening(calendar, start)
    expect("opening", wall_is_open(calendar, opening, place), True)
    expect("nothing before the opening", business_between(calendar, start, opening), timedelta())
    return found


def draw_case(random: Random) -> Case:
    """A calendar, a history of up to three days around an odd day, a target and a moment to read it."""
    zone, odd_day = random.choice(ODD_DAYS)
    midnight = datetime.combine(odd_day, time(), UTC)
    start = midnight + random.randint(-48 * 60, 12 * 60) * MINUTE
    calendar = Calendar(zone, _draw_week(random), _draw_holidays(random, odd_day))
    moments = sorted(start + random.randint(0, 3 * 24 * 60) * MINUTE for _ in range(random.randint(0, 5)))
    history: list[Started | Paused | Resumed | Stopped] = [Started(start)]
    for moment in moments:
        last = history[-1]
        if random.randint(0, 5) == 0:
            history.append(Stopped(moment))
            break
        history.append(Resumed(moment) if isinstance(last, Paused) else Paused(moment))
    at = start + random.randint(0, 4 * 24 * 60) * MINUTE
    amount = random.choice((random.randint(1, 120), random.randint(1, 2400))) * MINUTE
    return Case(Target(amount, calendar), tuple(history), at)


def _draw_week(random: Random) -> dict[int, tuple[Frame, ...]]:
    style = random.choice(("always", "office", "night", "any", "any"))
    if style == "always":
        return dict.fromkeys(range(7), (Frame.of("00:00", "24:00"),))
    if style == "office":
        return dict.fromkeys(range(5), (Frame.of("09:00", "12:30"), Frame.of("13:15", "17:00")))
    if style == "night":
        return dict.fromkeys(range(7), (Frame.of("00:00", "06:00"), Frame.of("22:00", "24:00")))
    week = {weekday: _draw_frames(random) for weekday in range(7)}
    return week if any(week.values()) else {random.randint(0, 6): (Frame.of("02:15", "02:45"),)}


def _draw_frames(random: Random) -> tuple[Frame, ...]:
    # Small hours are drawn often: that is where clocks change.
    latest = random.choice((4 * 60, 24 * 60))
    borders = sorted({random.randint(0, latest) for _ in range(2 * random.randint(0, 3))})
    return tuple(
        Frame(_at(start), _at(end))
        for start, end in zip(borders[::2], borders[1::2], strict=False)
        if start < end
    )


def _draw_holidays(random: Random, around: date) -> frozenset[date]:
    return frozenset(around + timedelta(days=random.randint(-3, 6)) for _ in range(random.randint(0, 3)))


def _at(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
