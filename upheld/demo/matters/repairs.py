"""Matters for Repairs: soles, zips, warranty, and shoes that come back from the cobbler."""

from upheld.demo.matters.matter import Matter, Pledged

REPAIRS = (
    Matter(
        "repairs",
        ("New soles for the {model}", "Resoling, order {order}", "Can these be resoled?"),
        (
            "my {model} have walked me around half the Baltic and the soles are through. Can you resole "
            "them, and what does it cost? A picture is attached.",
            "would you put new soles on my {model}, size {size}? The leather is as good as new.",
        ),
        "These soles have served well and the leather is worth it. Send them in with the attached label; "
        "resoling costs €68, and they are back with you by {due}.",
        (
            Pledged(
                "Your {model} are resoled and back with you", 7, "17:00", "cobbler",
                "Resoled, sent by courier.",
                "One pair resoled; the other needs a new welt first.",
            ),
        ),
        "Your shoes have their new soles. Our cobbler asks you to walk them in for an hour at home before you "
        "take them on deck.",
        "Needs the harder rubber; only four sheets left.",
        photo=True,
        paper="return-label",
    ),
    Matter(
        "repairs",
        ("Zip of the left boot", "Warranty: zip", "The zip is stuck"),
        (
            "the zip of my left boot has torn out at the bottom. I have had the boots for eight months. Is "
            "that under warranty? Order {order}.",
        ),
        "Eight months is well within it. Send the boot in; we put in a metal zip and price nothing. I call "
        "you by {due} when it is on the bench.",
        (
            Pledged(
                "I call you about your boot", 2, "16:00", "owner", "Called; she is glad about the metal zip."
            ),
            Pledged(
                "The boot with its new zip is back with you", 6, "17:00", "cobbler",
                "Metal zip put in, sent by courier.",
            ),
        ),
        "The boot has a metal zip now and is on its way. It will outlive the other one, so send that one "
        "too when it starts.",
        photo=True,
        paper="return-label",
    ),
    Matter(
        "repairs",
        ("When do my boots come back?", "Repair {order}: any news?", "Still at the cobbler's?"),
        (
            "my boots have been with you for ten days. It is getting cold. Do you know when they come back?",
        ),
        "They are next on the bench. They leave here by {due}.",
        (
            Pledged(
                "Your boots leave our workshop", 2, "15:00", "cobbler", "Sent by courier."
            ),
        ),
        "Your boots left our workshop today.",
    ),
    Matter(
        "repairs",
        ("Price for a repair", "What would this cost?", "Heel torn, worth repairing?"),
        (
            "the heel of my {model} is torn on the inside. Is it worth repairing, or do I buy new ones? "
            "Please be honest.",
        ),
        "I look at your picture together with our cobbler and tell you the price by {due}, and whether I "
        "would do it myself.",
        (
            Pledged(
                "The repair is priced, with our honest opinion", 1, "16:00", "owner",
                "Priced at €42; worth it.",
            ),
        ),
        "€42, and I would do it: the rest of the shoe has ten years in it.",
        photo=True,
    ),
    Matter(
        "repairs",
        ("Insoles", "Insoles for size {size}", "Something softer inside"),
        (
            "after a day on the quay my feet hurt. Do you have softer insoles for the {model} in {size}, or "
            "can you put some in?",
        ),
        "We cut felt insoles to your size, and they cost nothing for customers of ours. They are in the "
        "post by {due}.",
        (
            Pledged(
                "Felt insoles, size {size}, are in the post", 3, "15:00", "cobbler", "Cut and posted."
            ),
        ),
        "Two pairs of felt insoles are in the post, one to wear and one to dry.",
    ),
    Matter(
        "repairs",
        ("Water comes in", "{model} not watertight", "Wet feet"),
        (
            "the {model} let water in at the toe, both of them, since last week. I have waxed them as you "
            "say. Order {order}.",
        ),
        "Then the seam tape has come loose; wax does not help against that. Send them in with the label. We "
        "reseal both and you have them back by {due}.",
        (
            Pledged(
                "Both shoes are resealed and back with you", 6, "12:00", "cobbler",
                "Resealed; stood in the basin for an hour, dry inside.",
                "Left shoe resealed; the right one leaks at the tongue and is not to be saved.",
            ),
        ),
        "Both stood in our basin for an hour and stayed dry inside. They are on their way back to you.",
        paper="return-label",
    ),
)  # fmt: skip
