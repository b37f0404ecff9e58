"""Matters beside the day's: kept, kept in part, withdrawn, put right, or waiting for the customer."""

from __future__ import annotations

from upheld.demo import clientele, pictures
from upheld.demo.letters import Enclosed
from upheld.demo.matters import Pledged
from upheld.demo.stage import Stage


def plan(stage: Stage) -> None:
    """Plan all of them."""
    for scene in (nils, beate, ines, hanne, elin, rafiq, tove, priya, brook, sailing):
        scene(stage)


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
        "our cobbler looks at it, and you have a price and our honest opinion by {due}.",
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
    scene.then(day(-3, "11:00"), scene.closes)


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
