"""The matters that everybody at Harbour Shoes speaks about today: owed, due, moved, broken."""

from __future__ import annotations

from datetime import timedelta

from upheld.demo import clientele, pictures
from upheld.demo.letters import Enclosed
from upheld.demo.matters import Pledged
from upheld.demo.stage import Stage
from upheld.demo.wording import Details, spoken

_KIEL = Details("Kiel", "brown", 39, 7702, "R-27702", "€3,560.00", "0926")
_MINUTE = timedelta(minutes=1)


def plan(stage: Stage) -> None:
    """Plan all of them."""
    for scene in (dora, jonas, mira, otto, kai, yusuf, crew):
        scene(stage)


def dora(stage: Stage) -> None:
    """A broken date with the customer waiting, a refund due within the hour, a fitting moved, a question answered."""
    scene, day = stage.scene(clientele.DORA, details=_KIEL), stage.day
    photo = Enclosed("sole-left.png", "image/png", pictures.shoe(stage.desk.rng, colour="brown"))
    order = pictures.paper("Order 7702", ["40 pairs Kiel, brown, mixed sizes", "Harbour Ltd, Pier 4, gate B"])
    scene.then(
        day(-3, "08:51"), scene.opens, "Größe 39: the sole has come off again",
        "the sole of the left shoe has come off again, after three weeks on deck. Size 39, brown, order "
        "7702. A photo is attached. We have forty pairs of these, so I do hope that it is only this "
        "one.\n\nPlease deliver to Pier 4, gate B, and not to the office; and call me before eleven if you "
        "call, after noon I am at sea.",
        files=[photo, Enclosed("order-7702.pdf", "application/pdf", order)],
    )  # fmt: skip
    scene.then(day(-3, "08:51") + _MINUTE, scene.goes_to, "ada")
    pledges = [
        (Pledged("A new pair, size 39, is at your door", 2, "17:00", "ada"), day(-1, "17:00")),
        (Pledged("We refund the express fee, €14.90", 3, "12:00", "carla"), stage.in_an_hour()),
        (Pledged("We come and measure the crew's feet", 4, "10:00", "bruno"), day(1, "10:00")),
        (Pledged("I ask the warehouse which batch it was", 0, "16:00", "ada"), day(-3, "16:00")),
    ]
    scene.then(
        day(-3, "10:05"), scene.replies,
        "I am sorry: a sole must last years, not three weeks. A new pair is at your door by {due}, and we "
        "refund the express fee by {due2}. Bruno comes on board and measures your crew's feet, {due3}. "
        "Which batch it was I ask the warehouse today.\n\nKeep the old pair; nothing needs to come back to "
        "us.",
        pledges, by="ada",
    )  # fmt: skip
    scene.then(day(-3, "15:20"), scene.kept, 3, "Batch 0926, forty pairs recalled")
    scene.then(
        day(-2, "14:32"), scene.notes,
        "The warehouse says the courier is booked for tomorrow afternoon. The refund runs with the next "
        "batch.", by="carla",
    )  # fmt: skip
    scene.then(day(-1, "16:10"), scene.moved, 2, day(4, "10:00"), "Dora agreed by telephone", by="bruno")
    inspected = spoken(day(1, "14:00"), clientele.DORA)
    chaser = max(stage.ago(148), day(-1, "17:00") + timedelta(minutes=25))
    scene.then(
        chaser, scene.writes,
        f"the pair has not come. Our crew is inspected on {inspected}, and I cannot send anybody on deck "
        "in these. Has my letter been dealt with?", read=False,
    )  # fmt: skip
    scene.then(
        chaser + 40 * _MINUTE, scene.notes,
        "The Bremen shop has a 39. A courier could bring it by noon. Please speak to Dora before you "
        "write.", by="bruno",
    )  # fmt: skip


def jonas(stage: Stage) -> None:
    """A credit note that Billing owes; he has written twice since."""
    scene, day = stage.scene(clientele.JONAS), stage.day
    scene.then(
        day(-5, "11:02"), scene.opens, "Where is the credit note for 7731?",
        "we sent back two pairs from order 7731 and have neither the money nor a credit note. Our books "
        "close at the end of the week.",
    )  # fmt: skip
    scene.then(day(-5, "11:04"), scene.goes_to, "ada")
    pledge = Pledged("The credit note for order 7731 is with you", 3, "12:00", "carla")
    scene.then(
        day(-5, "13:40"), scene.replies,
        "the parcel was booked in, the credit note was not. Carla writes it, and it is with you by {due}.",
        [(pledge, day(-2, "12:00"))], by="ada",
    )  # fmt: skip
    scene.then(day(-2, "16:40"), scene.writes, "the credit note was promised for noon today. It is not here.")
    scene.then(
        stage.today_or_last("08:20"), scene.writes,
        "a second time: where is the credit note for 7731? I would rather not have to write a "
        "third.", read=False,
    )  # fmt: skip


def mira(stage: Stage) -> None:
    """A quotation that is due today or on the next working day."""
    scene, day = stage.scene(clientele.MIRA), stage.day
    scene.then(
        day(-2, "15:10"), scene.opens, "Quotation: 40 pairs of deck shoes",
        "our school takes forty new pupils in spring and each gets a pair of your deck shoes. Could you "
        "make us a price for 40 pairs, sizes 35 to 44? My board meets soon.",
    )  # fmt: skip
    scene.then(day(-2, "15:12"), scene.goes_to, "ada")
    pledge = Pledged("A quotation for 40 pairs of deck shoes", 2, "15:30", "ada")
    scene.then(
        day(-2, "16:35"), scene.replies,
        "forty pupils in our shoes: gladly. You have the quotation by {due}, in time for your board.",
        [(pledge, stage.today_or_next("15:30"))], by="ada",
    )  # fmt: skip


def otto(stage: Stage) -> None:
    """A call that is due by the evening of a working day."""
    scene, day = stage.scene(clientele.OTTO), stage.day
    scene.then(
        day(-2, "16:31"), scene.opens, "Laces for the winter boots",
        "the laces of my winter boots are through. Do you have such long ones, 180 centimetres? I have no "
        "computer at home, my granddaughter writes this for me, so please call.",
    )  # fmt: skip
    scene.then(day(-2, "16:33"), scene.goes_to, "ada")
    pledge = Pledged("I call you when the laces arrive", 0, "17:00", "ada")
    scene.then(
        stage.today_or_last("08:40"), scene.replies,
        "long ones come with the next delivery. I call you by {due} and tell you that they are here, or "
        "when they will be.",
        [(pledge, stage.today_or_next("17:00"))], by="ada",
    )  # fmt: skip


def kai(stage: Stage) -> None:
    """One promise kept late, the next one open."""
    scene, day = stage.scene(clientele.KAI), stage.day
    scene.then(
        day(-6, "09:18"), scene.opens, "Delivery to the second gate",
        "your driver stood at gate A again. Deliveries go to gate B. Eleven pairs are somewhere between us.",
    )  # fmt: skip
    scene.then(day(-6, "09:20"), scene.goes_to, "emil")
    pledges = [
        (Pledged("The eleven pairs are found, and you know where", 2, "12:00", "piotr"), day(-4, "12:00")),
        (Pledged("The parcel is at your second gate", 6, "09:00", "piotr"), day(1, "09:00")),
    ]
    scene.then(
        day(-6, "10:10"), scene.replies,
        "I am sorry for the third wrong gate. Piotr finds the pairs by {due}, and they stand at gate B by "
        "{due2}.",
        pledges, by="emil",
    )  # fmt: skip
    scene.then(day(-4, "15:40"), scene.kept, 0, "Found in Bremen, on the wrong shelf")


def yusuf(stage: Stage) -> None:
    """A call back that was kept, and twelve pairs still to come."""
    scene, day = stage.scene(clientele.YUSUF), stage.day
    called = stage.today_or_last("09:20")
    scene.then(
        day(-2, "11:45"), scene.opens, "Twelve pairs with the new sole",
        "my people stand all day. We would take twelve pairs, but only with the new sole. Please call me, "
        "writing takes me too long.",
    )  # fmt: skip
    scene.then(day(-2, "11:50"), scene.goes_to, "bruno", by="owner")
    pledges = [
        (Pledged("We call you back", 2, "11:00", "bruno"), called + timedelta(minutes=100)),
        (Pledged("Twelve pairs with the new sole are with you", 4, "17:00", "warehouse"), day(2, "17:00")),
    ]
    scene.then(
        day(-2, "13:30"), scene.replies,
        "I call you by {due}, before your lunch hour. Twelve pairs with the new sole can be with you by "
        "{due2}.",
        pledges, by="bruno",
    )  # fmt: skip
    scene.then(called, scene.kept, 0, "Spoken for ten minutes; sizes noted")
    scene.then(
        called + 6 * _MINUTE, scene.notes, "Emil: the new soles are in, please put twelve aside.", by="bruno"
    )


def crew(stage: Stage) -> None:
    """A new date that the customer agreed to."""
    scene, day = stage.scene(clientele.CREW), stage.day
    scene.then(
        day(-4, "14:20"), scene.opens, "Fitting on board: which day?",
        "for the fitting we need to know the day: the crew changes on Fridays. Which day suits you?",
    )  # fmt: skip
    pledge = Pledged("You have the day and the hour of the fitting", 3, "12:00", "bruno")
    scene.then(
        day(-4, "15:05"), scene.replies, "we plan it with the ferry, and you have day and hour by {due}.",
        [(pledge, day(1, "12:00"))],
    )  # fmt: skip
    scene.then(
        day(-1, "16:14"),
        scene.moved,
        0,
        day(3, "12:00"),
        "By telephone; the crew list comes later",
        by="bruno",
    )
