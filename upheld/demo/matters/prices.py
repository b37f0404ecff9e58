"""What customers write when prices have risen: for a few weeks, more than usual and less kindly."""

from upheld.demo.matters.matter import Matter, Pledged

PRICES = (
    Matter(
        "sales",
        ("Your new prices", "Prices up by nine per cent?", "The new price list"),
        (
            "the Kiel costs nine per cent more since this month, and nobody told us. We had planned with the old "
            "price for the whole season. Does the quotation of February still hold?",
            "I was surprised at the till: the same shoe, nine per cent more. A word beforehand would have been "
            "fair. May I still have my second pair at the old price?",
        ),
        "You are right that you should have heard it from us first. What was quoted holds as it was quoted. I put "
        "it in writing for your order, and you have it by {due}.",
        (
            Pledged(
                "The old price in writing for your order",
                2,
                "16:00",
                "leo",
                "Confirmed in writing: the old price holds for the quoted quantity.",
            ),
        ),
        "The old price is confirmed for what we had quoted.",
        note="Third one today about the prices. They do not mind the money as much as that nobody told them.",
        paper="quotation",
    ),
    Matter(
        "service",
        ("Too dear for us now", "We shall look elsewhere", "Cancel our standing order"),
        (
            "with the new prices we can no longer outfit all our people with you. Please end the standing order "
            "after the next delivery.",
            "after eleven years I am going to try another maker. It is not only the price, it is how we learnt of "
            "it: from the invoice.",
        ),
        "I am sorry, and I understand it. The standing order ends after the next delivery; you have that in "
        "writing by {due}. If you like, I call you and tell you honestly what became dearer and why.",
        (
            Pledged(
                "The end of the standing order in writing",
                1,
                "15:00",
                "owner",
                "Confirmed in writing, and spoken on the telephone.",
            ),
        ),
        note="Lost over the prices. Please call, do not write.",
    ),
    Matter(
        "billing",
        ("Invoice {invoice}: not the price we agreed", "Wrong price on {invoice}", "{invoice}: price"),
        (
            "invoice {invoice} has the new prices, our order was placed before them. Please correct it to the ones "
            "that we agreed.",
        ),
        "Your order came before the new list, so the old prices hold. The corrected invoice is with you by {due}.",
        (
            Pledged(
                "The invoice {invoice} with the agreed prices is with you",
                2,
                "15:00",
                "henrik",
                "Corrected and sent.",
                "One of two positions corrected; the second needs the signed order.",
            ),
        ),
        "The corrected invoice is attached.",
        paper="invoice",
    ),
)
