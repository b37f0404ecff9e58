"""What every post brings besides letters of customers: absence notices, bounces, copies, newsletters, reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from upheld.cases import attending, closing, replying
from upheld.cases.models import Message
from upheld.channels import sending
from upheld.channels.models import Arrival, Departure
from upheld.demo.clientele import Client
from upheld.demo.matters import Pledged
from upheld.demo.stage import Scene, Stage

_SECOND = timedelta(seconds=1)
_ONE_TOO_FEW = {
    "en": (
        "Order 8114: one pair too few",
        "we ordered three pairs and found two in the box. The third, size 44, is on the invoice.",
        "the third pair stood beside the scales. It is with you by {due}.",
        "The third pair is with you",
    ),
    "de": (
        "Bestellung 8114 unvollständig",
        "wir hatten drei Paar bestellt und fanden zwei im Karton. Das dritte steht auf der Rechnung.",
        "das dritte Paar stand neben der Waage. Es ist bis {due} bei Ihnen.",
        "Das dritte Paar ist bei Ihnen",
    ),
}
"""A matter that a machine answers: its title, letter, answer and promise."""


def plan(stage: Stage) -> None:
    """Plan all of them."""
    _absence(stage, stage.client("Oliver Grant"), -6, "Automatic reply: {subject}", (
        "Thank you for your message. I am out of the office until Monday week, with limited access to "
        "e-mail. In urgent cases call Harriet Cole."
    ))  # fmt: skip
    _absence(stage, stage.client("Stefan Roth"), -13, "Abwesenheitsnotiz: {subject}", (
        "Vielen Dank für Ihre Nachricht. Ich bin derzeit im Urlaub und ab Montag wieder erreichbar."
    ))  # fmt: skip
    _returned(stage, "Wendy Ashworth", stage.day(-1, "09:05"), settled=None)
    _returned(stage, "Colin Redmayne", stage.day(-18, "10:15"), settled=stage.day(-17, "09:30"))
    _twice(stage)
    _advertisement(stage)
    _second_thoughts(stage)
    _attention(stage, stage.day(-21, "06:30"), _newsletter, settled=stage.day(-21, "09:10"))
    _attention(stage, stage.day(-11, "04:05"), _report, settled=stage.day(-11, "08:50"))
    _attention(stage, stage.ago(600), _newsletter)
    _attention(stage, stage.ago(205), _nameless)


def _absence(stage: Stage, client: Client, day: int, subject: str, text: str) -> None:
    """A machine answers our answer; the case stays as it is."""
    scene = stage.scene(client)
    title, body, reply, words = _ONE_TOO_FEW[client.language]
    pledge = Pledged(words, 2, "17:00", "warehouse")
    scene.then(stage.day(day, "09:33"), scene.opens, title, body)
    scene.then(stage.day(day, "10:41"), scene.replies, reply, [(pledge, stage.day(day + 2, "17:00"))])
    scene.then(
        stage.day(day, "10:42"), scene.writes, text, subject=subject.format(subject=title),
        headers=[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")], read=False,
    )  # fmt: skip
    scene.then(stage.day(day + 2, "11:20"), scene.kept, 0, "Delivered")
    scene.then(stage.day(day + 3, "10:00"), scene.closes)


def _returned(stage: Stage, name: str, at: datetime, *, settled: datetime | None) -> None:
    """An answer comes back; the owner settles it by telephone, or still has it before them."""
    scene = stage.scene(stage.client(name))
    scene.then(
        at, scene.opens, "Please send me the care leaflet",
        "the leaflet about oiled leather was missing in my box. Could you send it by mail?",
    )  # fmt: skip
    answered = at + timedelta(minutes=47)
    scene.then(
        answered,
        scene.replies,
        "of course: rinse, dry, a little wax, never oil. The leaflet itself follows by post.",
    )

    def comes_back(*, at: datetime) -> None:
        departure = Departure.objects.filter(message__case=scene.number, kind="answer").latest("pk")
        raw = _bounce(departure, at)
        stage.desk.take_in(raw, mailbox=scene.mailbox, at=at)
        stage.desk.hear()

    def dealt_with(*, at: datetime) -> None:
        departure = Departure.objects.filter(message__case=scene.number, kind="answer").latest("pk")
        sending.settle(departure, by=scene.case.owner.actor, at=at)
        scene.notes("The mailbox is full. Told on the telephone instead.", at=at)
        scene.closes(at)

    scene.then(answered + timedelta(seconds=95), comes_back)
    if settled is not None:
        scene.then(settled, dealt_with)


def _twice(stage: Stage) -> None:
    """One letter to two of our addresses: the copy is known as one."""

    def copy(raw: bytes, *, at: datetime) -> None:
        stage.desk.take_in(raw, mailbox=stage.desk.house.mailboxes["billing"], at=at)

    for name, day in (("Linus Ekholm", -8), ("Daniel Osei", -2)):
        scene = stage.scene(stage.client(name))

        def both(*, at: datetime, scene: Scene = scene) -> None:
            raw = scene.opens(
                "Invoice and shoes do not match",
                "the invoice says three pairs, in the box were two. I write to both of your addresses, as I "
                "do not know who looks after it.",
                at=at,
            )
            scene.then(at + 4 * _SECOND, copy, raw)

        pledge = Pledged("The missing pair leaves our warehouse", 1, "16:00", "warehouse")
        scene.then(stage.day(day, "13:15"), both)
        scene.then(
            stage.day(day, "14:20"), scene.replies,
            "one address is enough, we all know of it. The missing pair leaves by {due}.",
            [(pledge, stage.day(day + 1, "16:00"))],
        )  # fmt: skip
        scene.then(stage.day(day + 1, "14:45"), scene.kept, 0, "Left with the afternoon van")
        scene.then(stage.day(day + 1, "16:20"), scene.closes)


def _advertisement(stage: Stage) -> None:
    """A letter that asks for no answer, closed without one."""
    scene = stage.scene(stage.client("Norman Pike"))

    def closed(*, at: datetime) -> None:
        closing.close(scene.case, answer_needed=False, by=scene.case.owner.actor, at=at)

    scene.then(
        stage.day(-9, "11:30"), scene.opens, "Your place on the first page",
        "we bring shoe shops to the first page of every search engine, guaranteed. May I call you this week?",
    )  # fmt: skip
    scene.then(stage.day(-9, "12:40"), closed)


def _second_thoughts(stage: Stage) -> None:
    """An answer that was taken back within the time to change one's mind, and written anew."""
    scene = stage.scene(stage.client("Fiona MacLeod"))

    def hesitates(*, at: datetime) -> None:
        pledge = Pledged("A new pair is with you", 1, "12:00", "warehouse")
        scene.answers("a new pair is with you by {due}.", pledges=[(pledge, stage.day(-2, "12:00"))], at=at)
        message = Message.objects.filter(case=scene.number, way="out").latest("pk")
        scene.then(at + 9 * _SECOND, takes_back, message)

    def takes_back(message: Message, *, at: datetime) -> None:
        if message.author is not None:
            replying.take_back(message, by=message.author, at=at)

    scene.then(
        stage.day(-3, "14:04"), scene.opens, "Both shoes are left shoes",
        "I laughed, and then I looked again: both shoes are left shoes. Can that be put right before my "
        "holiday?",
    )  # fmt: skip
    scene.then(stage.day(-3, "14:50"), hesitates)
    pledge = Pledged("A right shoe is with you", 3, "17:00", "warehouse")
    scene.then(
        stage.day(-3, "14:56"), scene.replies,
        "so did we, and then we looked for the pair of right "
        "ones. A right shoe is with you by {due}; keep both left "
        "ones.", [(pledge, stage.today_or_next("17:00"))],
    )  # fmt: skip


def _attention(
    stage: Stage, at: datetime, letter: Callable[[datetime], bytes], *, settled: datetime | None = None
) -> None:
    """A letter that no rule could file; a person sets it aside, or still has to look."""
    found: list[Arrival] = []

    def comes(at: datetime) -> None:
        mailbox = stage.desk.house.mailboxes["service"]
        found.append(stage.desk.take_in(letter(at), mailbox=mailbox, at=at))

    def looked_at(at: datetime) -> None:
        attending.set_aside(found[0], by=stage.desk.house.people["bruno"], at=at)

    stage.desk.timeline.plan(at, comes)
    if settled is not None:
        stage.desk.timeline.plan(settled, looked_at)


def _plain(headers: dict[str, str], text: str, at: datetime) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        letter[name] = value
    letter["To"] = "service@harbour-shoes.example"
    letter["Date"] = format_datetime(at)
    letter.set_content(text)
    return letter


def _newsletter(at: datetime) -> bytes:
    headers = {
        "From": "Leather Week <news@leatherweek.example>", "Subject":
            "Hides are dearer again: prices of the week",
        "Message-ID": f"<{at:%Y%m%d%H%M}.leather@leatherweek.example>", "List-Id":
            "<weekly.leatherweek.example>",
        "List-Unsubscribe": "<https://leatherweek.example/out>",
    }  # fmt: skip
    return _plain(headers, "Calf up 3 %, goat unchanged. All prices on our page.\n", at).as_bytes()


def _nameless(at: datetime) -> bytes:
    headers = {"Subject": "(no subject)", "Message-ID": f"<{at:%Y%m%d%H%M}@scanner.local>"}
    return _plain(headers, "Scanned document, 1 page.\n", at).as_bytes()


def _report(at: datetime) -> bytes:
    headers = {
        "From": "DMARC reports <noreply-dmarc@bigmail.example>",
        "Subject": f"Report Domain: harbour-shoes.example Submitter: bigmail.example Report-ID: {at:%Y%m%d}",
        "Message-ID": f"<{at:%Y%m%d}.dmarc@bigmail.example>",
    }
    return _plain(headers, "This is an aggregate report.\n", at).as_bytes()


def _bounce(departure: Departure, at: datetime) -> bytes:
    """A delivery report (RFC 3464) of the receiver's server about a letter of ours."""
    receiver = departure.recipients[0]
    server = f"mx.{receiver.rpartition('@')[2]}"
    border = f"report-{departure.pk}"
    lines = [
        f"From: Mail Delivery System <MAILER-DAEMON@{server}>", f"To: {departure.mailbox.address}",
        "Subject: Undelivered Mail Returned to Sender", f"Date: {format_datetime(at)}",
        f"Message-ID: <{at:%Y%m%d%H%M%S}.{departure.pk}@{server}>", "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{border}"', "",
        f"--{border}", "Content-Type: text/plain; charset=us-ascii", "",
        f"This is the mail system at host {server}.", "", "Your message could not be delivered.", "",
        f"<{receiver}>: 552 5.2.2 the mailbox is full", "",
        f"--{border}", "Content-Type: message/delivery-status", "",
        f"Reporting-MTA: dns; {server}", "", f"Final-Recipient: rfc822; {receiver}", "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp; 552 5.2.2 the mailbox is full", "",
        f"--{border}", "Content-Type: text/rfc822-headers", "",
        f"Message-ID: {departure.message_id}", f"To: {receiver}", "", f"--{border}--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()
