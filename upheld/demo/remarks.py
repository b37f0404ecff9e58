"""What customers add to a verdict, what is learnt from it, and what the department that can fix it has answered.

A remark that nobody has answered yet has no answer: it waits, with its age.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """Words of a customer's or a colleague's, as a finding of this kind for this department."""

    words: str
    kind: str
    department: str
    change: str = ""
    answer: str = ""


POOR = (
    Remark(
        "I had to ask twice before somebody told me where my parcel was.", "issue", "warehouse", "changed",
        "Every parcel is scanned when it leaves, and the number goes out with our answer, not on request.",
    ),
    Remark(
        "Friendly, but the day I was given passed and nobody called me.", "issue", "service", "changed",
        "Whoever sees that a date will not hold calls the customer before it, and Bruno hears of it the same day.",
    ),
    Remark(
        "I learnt of the new price from the invoice.", "threat", "sales", "will-change",
        "The next price list goes to every customer with a standing order six weeks before it holds, by letter.",
    ),
    Remark(
        "The sole came off again where it had been glued.", "issue", "repairs", "changed",
        "Soles of the Kiel are stitched after gluing; the first two hundred pairs have not come back.",
    ),
    Remark(
        "Your invoice had our old address for the third time.", "issue", "billing", "will-change",
        "Addresses are kept in one place from the next month on, and the till reads them from there.",
    ),
    Remark(
        "Nobody could tell me whether the half size exists.", "issue", "sales", "stays",
        "Half sizes stay out of the range: they would double the stock. The page says so now, plainly.",
    ),
    Remark("The courier rang once and was gone. I was at the door.", "issue", "warehouse"),
    Remark("A form, a copy of the invoice and a photo, for one lost eyelet.", "issue", "repairs"),
)  # fmt: skip
MIDDLING = (
    "As it should be.",
    "All in order.",
    "Took a while, but it came on the day you said.",
    "Correct. A little more warmth would not have hurt.",
    "",
    "",
    "",
)
GLAD = (
    Remark("You called before I had noticed anything. That I have not seen elsewhere.", "praise", "service"),
    Remark("The cobbler wrote a note by hand what he had done. My wife has framed it.", "praise", "repairs"),
    Remark("On the day, at the hour, as promised. I tell everybody on the pier.", "praise", "warehouse"),
    Remark("Could you show on the page how the sizes fall? My crew asks me every time.", "idea", "sales",
        "changed", "Each model's page says how it falls, after the feet of forty of our customers."),
    Remark("Do you make these for children? Mine would wear nothing else.", "opportunity", "sales",
        "will-change", "A small series in 30 to 35 is being tried in spring."),
)  # fmt: skip
OURS = (
    Remark("Customers ask every week how to care for waxed leather. A card in each box would answer it.", "idea",
        "warehouse", "changed", "A card lies in every box of waxed leather."),
    Remark("The return label is printed so small that the post refuses it.", "issue", "service", "changed",
        "The label fills a whole page."),
    Remark("Two sailing schools asked for shoes on loan for their summer courses.", "opportunity", "sales",
        "changed", "Forty pairs are lent out from June to August; thirty-one were bought afterwards."),
    Remark("A maker in Kiel copies our deck shoe and sells it for half.", "threat", "sales"),
)  # fmt: skip
CONCLUDED = (
    "Called and said sorry. The customer wants nothing more; it was good to be heard.",
    "Spoke on the phone for ten minutes. A new date agreed, and kept on the same day.",
    "Called twice, reached her the second time. She stays with us.",
    "Said sorry on the telephone and sent a voucher with a card written by hand.",
)
TOLD = (
    "You told us: “{words}” You were right to. {answer}\n\n"
    "Thank you for saying it; others have it better now because of you."
)
