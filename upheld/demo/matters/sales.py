"""Matters for Sales: quotations, fittings, crews and shops."""

from upheld.demo.matters.matter import Matter, Pledged

SALES = (
    Matter(
        "sales",
        ("Quotation: 24 pairs for our crew", "Shoes for the whole crew", "Price for 24 pairs?"),
        (
            "we are fitting out a new crew in spring: 24 pairs of the {model}, mixed sizes, {colour}. What "
            "would that cost, and by when would we have to order?",
        ),
        "With 24 pairs you are in our crew price. You have the written quotation by {due}, with the last "
        "day for spring.",
        (
            Pledged(
                "A written quotation for 24 pairs is with you", 2, "15:30", "owner",
                "Quotation sent, valid for 30 days.",
            ),
        ),
        "The quotation is attached. It holds for 30 days, and changing sizes later costs nothing.",
        paper="quotation",
    ),
    Matter(
        "sales",
        ("Fitting on board?", "Can you come and measure?", "Fitting for twelve people"),
        (
            "half of our people take the wrong size when they order by themselves. Could somebody come and "
            "measure? We are in port every second Thursday.",
        ),
        "Gladly. We bring the measuring board. By {due} I send you two days to choose from.",
        (
            Pledged(
                "Two possible days for the fitting are with you", 2, "12:00", "greta",
                "Two Thursdays offered; the first was taken.",
            ),
        ),
        "The first Thursday it is. We come at ten and need a table and a chair.",
    ),
    Matter(
        "sales",
        ("Catalogue", "A catalogue on paper, please", "Do you still print a catalogue?"),
        (
            "do you still print a catalogue? My father does not like to choose from a screen. The address "
            "is the one on order {order}.",
        ),
        "We do, and it is a fine one this year. It is in the post by {due}, with a sample of the new "
        "leather.",
        (
            Pledged(
                "The catalogue and a leather sample are in the post", 1, "15:00", "leo", "Posted."
            ),
        ),
        "The catalogue is in the post. Greetings to your father.",
    ),
    Matter(
        "sales",
        ("When is {colour} back?", "{model} in {colour}, size {size}", "Sold out in {size}"),
        (
            "the {model} in {colour} have been sold out in {size} for weeks. When will there be some again?",
            "do you expect the {model} in {colour} again this year, size {size}?",
        ),
        "The next ones come from the workshop this month. I put a pair aside for you and write to you by "
        "{due}.",
        (
            Pledged(
                "A pair in {colour}, size {size}, is put aside for you", 5, "13:00", "leo",
                "Put aside with a note on the box.",
            ),
        ),
        "Your pair is put aside with your name on it. It waits for you for two weeks.",
    ),
    Matter(
        "sales",
        ("Becoming a stockist", "We would like to sell your shoes", "Our shop in the old town"),
        (
            "we run a small shop for sailing clothes in the old town and are asked for your shoes twice a "
            "week. What would we need to do to sell them?",
        ),
        "That sounds like us. By {due} you have our terms and a list of what sells in shops of your size.",
        (
            Pledged(
                "Our terms and the list of bestsellers are with you", 3, "16:00", "greta",
                "Sent both, and a date for a call."
            ),
        ),
        "Our terms and the list are attached. I call you next week, if that suits you.",
        paper="terms",
    ),
    Matter(
        "sales",
        ("Sample pair for our purchasing", "Could we have a sample?", "Sample of the {model}"),
        (
            "our purchasing would like to hold a {model} in their hands before they decide. Size {size}, "
            "any colour.",
        ),
        "A sample in size {size} is with you by {due}. You keep it, whatever you decide.",
        (
            Pledged(
                "A sample pair, size {size}, is with you", 3, "17:00", "warehouse",
                "Delivered to your reception."
            ),
        ),
        "The sample lies at your reception.",
    ),
    Matter(
        "sales",
        ("Are you open on Saturday?", "Opening hours of the shop", "Can I try them on?"),
        (
            "is your shop open this Saturday, and do you have the {model} in {size} there to try on?",
        ),
        "We are open on Saturdays from ten to two, and the {model} in {size} is on the shelf. There is "
        "coffee.",
    ),
)  # fmt: skip
