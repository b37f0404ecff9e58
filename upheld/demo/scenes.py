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
    for scene in (
        dora, jonas, mira, otto, kai, yusuf, crew, nils, beate, ines, hanne, elin, rafiq, tove, priya, brook, sailing,
    ):  # fmt: skip
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
        "batch.", by=
            "carla",
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
        "write.", by=
            "bruno",
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
    scene.then(
        day(-1, "09:12"), scene.writes, "the credit note was promised for noon two days ago. It is not here."
    )
    scene.then(
        max(stage.ago(320), day(-1, "15:00")), scene.writes,
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
        day(-3, "10:31"), scene.opens, "Laces for the winter boots",
        "the laces of my winter boots are through. Do you have such long ones, 180 centimetres? I have no "
        "computer at home, my granddaughter writes this for me, so please call.",
    )  # fmt: skip
    scene.then(day(-3, "10:33"), scene.goes_to, "ada")
    pledge = Pledged("I call you when the laces arrive", 3, "17:00", "ada")
    scene.then(
        day(-3, "11:20"), scene.replies,
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
        day(-4, "15:05"), scene.replies, "Bruno plans it with the ferry and you have day and hour by {due}.",
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


def nils(stage: Stage) -> None:
    """Kept, in time; he has not written since."""
    scene, day = stage.scene(clientele.NILS, "repairs"), stage.day
    scene.then(
        day(-9, "12:41"), scene.opens, "Boots back from repair",
        "you have had my hiking boots for a week. I am walking in Jotunheimen soon. When do I get them back?",
    )  # fmt: skip
    pledge = Pledged("The boots are resoled and leave our workshop", 7, "12:00", "cobbler")
    scene.then(
        day(-9, "14:02"), scene.replies, "They are on the bench. They leave here, resoled, by {due}.",
        [(pledge, day(-1, "12:00"))],
    )  # fmt: skip
    scene.then(day(-1, "11:40"), scene.kept, 0, "Resoled, sent by express")


def beate(stage: Stage) -> None:
    """Kept in part: one of two."""
    scene, day = stage.scene(clientele.BEATE), stage.day
    scene.then(
        day(-4, "19:12"), scene.opens, "Wrong colour, otherwise happy",
        "I ordered two pairs in dark blue, for my daughter and me, and got two in black. They fit, so only "
        "the colour is wrong.",
    )  # fmt: skip
    pledge = Pledged("Both pairs in dark blue are with you", 2, "17:00", "warehouse")
    scene.then(
        day(-3, "09:25"), scene.replies,
        "both pairs in dark blue are with you by {due}. Keep the black ones until then.",
        [(pledge, day(-1, "17:00"))],
    )  # fmt: skip
    scene.then(
        day(-1, "16:30"), scene.kept, 0, "One pair came; the second is not made in 37 any more", in_full=False
    )
    scene.then(
        day(-1, "16:45"), scene.replies,
        "one pair came today, and I must tell you that the second, in 37, is not made any more. Tell me "
        "whether you would like sand or brown instead, or your money back.",
    )  # fmt: skip


def ines(stage: Stage) -> None:
    """A repair to be priced by tomorrow."""
    scene, day = stage.scene(clientele.INES, "repairs"), stage.day
    photo = Enclosed("heel.png", "image/png", pictures.shoe(stage.desk.rng, colour="red"))
    scene.then(
        day(-1, "10:20"), scene.opens, "Is the heel worth repairing?",
        "the heel of my right shoe has broken at the edge. Is it worth repairing? A photo is "
        "attached.", files=[photo],
    )  # fmt: skip
    pledge = Pledged("The repair is priced, with our honest opinion", 2, "16:00", "owner")
    scene.then(
        day(-1, "11:44"), scene.replies,
        "Tomasz looks at it, and you have a price and our honest opinion by {due}.",
        [(pledge, day(1, "16:00"))],
    )  # fmt: skip


def hanne(stage: Stage) -> None:
    """Withdrawn by the customer."""
    scene, day = stage.scene(clientele.HANNE, "sales"), stage.day
    scene.then(
        day(-3, "13:05"), scene.opens, "A sample in 42 for our coach",
        "our coach would like to try the Laboe in 42 before the club orders. Could you send one?",
    )  # fmt: skip
    pledge = Pledged("A sample pair, size 42, is with you", 4, "17:00", "warehouse")
    scene.then(
        day(-3, "15:50"), scene.replies, "a sample in 42 is with you by {due}. Greetings to the coach.",
        [(pledge, day(2, "17:00"))],
    )  # fmt: skip
    scene.then(
        day(-1, "10:02"),
        scene.writes,
        "please do not send the sample: our coach was in your shop on Saturday and likes them.",
    )
    scene.then(day(-1, "14:20"), scene.taken_back, 0, "By letter: the coach has tried them in the shop")


def elin(stage: Stage) -> None:
    """Kept long ago; now we wait for a photo."""
    scene, day = stage.scene(clientele.ELIN), stage.day
    scene.then(
        day(-6, "10:12"), scene.opens, "Photo of the heel",
        "two things: the gift card you sold us is refused, and the heel of one shoe rubs. What do you need "
        "from me?",
    )  # fmt: skip
    pledge = Pledged("We check the gift card", 3, "17:00", "henrik")
    scene.then(
        day(-6, "11:25"), scene.replies,
        "we check the gift card by {due}. For the heel, please send me a photo from the inside.",
        [(pledge, day(-3, "17:00"))],
    )  # fmt: skip
    scene.then(day(-3, "16:45"), scene.kept, 0, "Was never switched on; works now")


def rafiq(stage: Stage) -> None:
    """We wait for his address."""
    scene, day = stage.scene(clientele.RAFIQ), stage.day
    scene.then(
        day(-6, "18:20"), scene.opens, "Replacement for the torn strap",
        "the strap of my left boot has torn. In the shop they said you would send a new one. And do you "
        "have a size chart?",
    )  # fmt: skip
    pledge = Pledged("A size chart by mail", 1, "12:00", "owner")
    scene.then(
        day(-5, "10:40"), scene.replies,
        "of course we send one. To which address? The size chart follows by {due}.", [(pledge, day(-4,
        "12:00"))],
    )  # fmt: skip
    scene.then(day(-4, "09:50"), scene.kept, 0, "Size chart sent")


def tove(stage: Stage) -> None:
    """We wait for her answer."""
    scene, day = stage.scene(clientele.TOVE), stage.day
    scene.then(
        day(-5, "09:30"), scene.opens, "The same again, please",
        "I would like the same shoes as last year, in the same size, in grey.",
    )  # fmt: skip
    scene.then(
        day(-5, "10:15"), scene.replies,
        "gladly. Last year you ordered two sizes and kept one; which one was it, 38 or 39? Then they leave "
        "the same day.",
    )  # fmt: skip


def priya(stage: Stage) -> None:
    """Broken, and put right in another way."""
    scene, day = stage.scene(stage.client("Priya Nair")), stage.day
    scene.then(
        day(-7, "14:12"), scene.opens, "White clogs for the ward",
        "we ordered nine pairs of white clogs for the ward. Eight came. Night shift starts with one person "
        "in sandals.",
    )  # fmt: skip
    pledge = Pledged("The ninth pair of clogs is on the ward", 2, "14:00", "warehouse")
    scene.then(
        day(-7, "15:03"), scene.replies, "nobody works in sandals: the ninth pair is on the ward by {due}.",
        [(pledge, day(-5, "14:00"))],
    )  # fmt: skip
    scene.then(day(-4, "08:55"), scene.writes, "the clogs were to be here yesterday at two. They were not.")
    scene.then(
        day(-4, "10:30"), scene.put_right, 0,
        "Emil took a pair from the shop to the ward by bicycle and waived the invoice for it",
    )  # fmt: skip


def brook(stage: Stage) -> None:
    """The same sole, size 41."""
    scene, day = stage.scene(stage.client("Bernd Falk")), stage.day
    photo = Enclosed("sole-41.png", "image/png", pictures.shoe(stage.desk.rng, colour="brown"))
    scene.then(
        day(-2, "09:40"), scene.opens, "Sole loose, size 41",
        "one of the Kiel, size 41, has a loose sole. It is from the same box as Harbour's, I "
        "think.", files=[photo],
    )  # fmt: skip
    scene.then(day(-2, "09:44"), scene.goes_to, "emil")
    pledge = Pledged("A new pair, size 41, is at your yard", 3, "12:00", "warehouse")
    scene.then(
        day(-2, "10:50"), scene.replies,
        "a new pair is at your yard by {due}. Please keep the loose sole for us; it is batch 0926.",
        [(pledge, day(2, "12:00"))], by="emil",
    )  # fmt: skip


def sailing(stage: Stage) -> None:
    """The same sole, batch unknown."""
    scene, day = stage.scene(stage.client("Sina Behrens")), stage.day
    scene.then(
        day(-4, "16:20"), scene.opens, "Sole off on board",
        "one of our instructors lost a sole on board today, of a Kiel in 43. Nobody fell, but it was close.",
    )  # fmt: skip
    pledge = Pledged("We tell you whether your batch is safe", 4, "12:00", "bruno")
    scene.then(
        day(-4, "16:52"), scene.replies,
        "I am glad that nobody fell. Please leave that batch on the shelf: by {due} we tell you whether it "
        "is safe.",
        [(pledge, day(2, "12:00"))], by="bruno",
    )  # fmt: skip
