"""Matters for Service: parcels, sizes, soles, returns."""

from upheld.demo.matters.matter import Matter, Pledged

SERVICE = (
    Matter(
        "service",
        ("The sole has come off", "Sole of the left shoe", "{model}: sole is loose again"),
        (
            "the sole of my left {model} has come off after three weeks. Size {size}, {colour}, order "
            "{order}. A photo is attached. I walk on wet stone every day, so I cannot wait long.",
            "I bought the {model} in {colour} from you (order {order}, size {size}). Yesterday half of the "
            "sole stayed on the pontoon. That cannot be right for a shoe at this price. See the picture.",
        ),
        "I am sorry: a sole must last years, not weeks. A new pair in size {size} is at your door by {due}. "
        "Keep the old pair; nothing needs to come back to us.",
        (
            Pledged(
                "A new pair, size {size}, is at your door", 3, "17:00", "warehouse",
                "Handed over by the courier, signed for at the door.",
                "The left shoe arrived, the right one was missing from the box.",
            ),
        ),
        "The courier tells us that your new pair was handed over. If anything about it is not right, write "
        "to me directly and I will see to it.",
        "Same batch as the others? Please put the sole aside if it comes back.",
        photo=True,
    ),
    Matter(
        "service",
        ("Where is my parcel?", "Order {order} has not come", "Parcel {order} stuck?"),
        (
            "my order {order} was to be here on Monday. The tracking page has said \"on its way\" for four "
            "days. Could you find out where it is?",
            "I am still waiting for order {order}, the {model} in size {size}. The carrier tells me to ask "
            "you, so I do.",
        ),
        "I have asked the carrier to look for the parcel. By {due} I tell you where it is, and if it is "
        "lost, a new one leaves the same day.",
        (
            Pledged(
                "I tell you where your parcel is", 1, "12:00", "owner",
                "Found in the depot at Harburg; delivery tomorrow.",
            ),
        ),
        "Your parcel lay in the depot at Harburg because a label had come off. It is on the van now and the "
        "carrier has your telephone number.",
    ),
    Matter(
        "service",
        ("Wrong size in the box", "I got {size} but ordered another size", "Mixed-up sizes, order {order}"),
        (
            "in the box was a {model} in size 41 on the left and {size} on the right. It made us laugh, but "
            "I need a pair I can wear. Order {order}.",
            "I ordered {size} and got one size too small. The label on the box says {size}. Order {order}, "
            "{model}, {colour}.",
        ),
        "That must not happen, and I am sorry that it did. The right pair in size {size} leaves our "
        "warehouse by {due}, and a return label for the wrong one is attached to this letter.",
        (
            Pledged(
                "The right pair in size {size} leaves our warehouse", 1, "16:00", "warehouse",
                "Left with the afternoon van, checked by two people.",
            ),
        ),
        "The right pair left this afternoon; two of us looked into the box before it was closed.",
        "Shelf 14 had two labels swapped. Corrected.",
        paper="return-label",
    ),
    Matter(
        "service",
        ("Do the {model} run small?", "Which size should I take?", "Size question before I order"),
        (
            "I usually wear {size}, in boots sometimes one more. Do the {model} run small? I would rather "
            "ask than send three pairs back and forth.",
            "a quick question before I order: with thick socks, would you take {size} or the next one up in "
            "the {model}?",
        ),
        "The {model} run true to size in leather and half a size small in canvas. With thick socks take one "
        "size more. If it does not fit, the exchange costs you nothing.",
    ),
    Matter(
        "service",
        ("Return of order {order}", "I would like to send the {model} back", "Return label please"),
        (
            "the {model} are beautiful, but not for my feet. How do I send them back? Order {order}.",
            "please send me a label, I return the {model} in {colour}. Worn once, on the carpet.",
        ),
        "Of course. The label is attached; any post office takes the parcel. We refund {amount} by {due}.",
        (
            Pledged(
                "We refund {amount} for order {order}", 4, "12:00", "carla",
                "Refunded to the card with batch {batch}.",
            ),
        ),
        "We have refunded the whole amount. Your bank usually shows it a day later.",
        paper="return-label",
    ),
    Matter(
        "service",
        ("The colour is not what I saw", "{colour}? Mine look different", "Wrong colour, otherwise happy"),
        (
            "the shoes fit and I like them, but the {colour} on your page is not the colour in my box. Do "
            "you have them as shown? Order {order}, size {size}.",
        ),
        "You are right, the picture is too warm; we are changing it. A pair from the new dyeing, which is "
        "the colour that you saw, reaches you by {due}. Keep the others until then.",
        (
            Pledged(
                "A pair in the colour of the picture reaches you", 4, "17:00", "warehouse",
                "Delivered to the neighbour at number 12, who signed.",
                "The right shade came in one size larger only; sent with thicker insoles.",
            ),
        ),
        "The pair in the right colour was delivered. Please put the other pair into the same box; the label "
        "is inside.",
        photo=True,
    ),
    Matter(
        "service",
        ("Address for the replacement", "Please change my delivery address", "I am moving: new address"),
        (
            "I am moving on the first of the month. Can order {order} still go to my new address, Am "
            "Sandtorkai 8? The old flat is empty after that.",
        ),
        "I have changed the address. The warehouse confirms by {due} that the new label is on the parcel.",
        (
            Pledged(
                "We confirm that your parcel carries the new address", 1, "11:00", "warehouse",
                "New label printed and checked.",
            ),
        ),
        "Your parcel carries the new address now and leaves with the next van.",
    ),
    Matter(
        "service",
        ("Laces for the winter boots", "Do you sell laces on their own?", "New laces wanted"),
        (
            "the laces of my {model} have frayed. Do you sell them on their own, in {colour}? Two pairs "
            "would be enough for this winter.",
        ),
        "We do, and you need not pay for two pairs of laces. They are due with the next delivery; I send "
        "them on by {due}.",
        (
            Pledged(
                "Two pairs of laces in {colour} are in the post", 3, "15:00", "owner",
                "Posted in an envelope, with a card.",
                "One pair posted; the second colour is not made any more.",
            ),
        ),
        "The laces went into the post this afternoon.",
    ),
    Matter(
        "service",
        ("Gift card does not work", "My gift card is refused", "Gift card, {amount}"),
        (
            "my sister gave me a gift card over {amount}. At the till it says \"unknown\". She bought it in "
            "your shop in June. Can you look?",
        ),
        "The card was sold but never switched on; that is our mistake. It is switched on by {due}, and I "
        "have added five euros for your trouble.",
        (
            Pledged(
                "Your gift card works, with five euros on top", 1, "17:00", "henrik",
                "Switched on and tried at our own till.",
            ),
        ),
        "The card works now; I tried it at our own till.",
    ),
    Matter(
        "service",
        ("How do I care for oiled leather?", "Wax or oil?", "Thank you, and one question about wax"),
        (
            "first of all thank you, the {model} are the best shoes I have had at sea. One question: wax or "
            "oil? The salt leaves white lines.",
            "what do I put on the {model} against salt? I have read three different things on the internet.",
        ),
        "Rinse the salt off with lukewarm water, let them dry away from the stove, then a little of our "
        "wax, never oil: oil softens the glue of the sole. A small tin comes with your next parcel.",
    ),
    Matter(
        "service",
        ("Delivery to the second gate", "Your driver was at the wrong gate", "Deliveries at the yard"),
        (
            "your driver has been at gate A three times now, and nobody is there. Deliveries go to gate B, "
            "as I wrote in April. We have eleven pairs waiting for us somewhere. Order {order}.",
        ),
        "Gate B now stands on the label and in the carrier's own notes. The eleven pairs come to gate B by "
        "{due}, and the driver calls you ten minutes before.",
        (
            Pledged(
                "The eleven pairs of order {order} are at gate B", 2, "09:30", "warehouse",
                "At gate B; the driver called first.",
                "Nine of eleven pairs at gate B; two follow from Bremen.",
            ),
        ),
        "All of it is at gate B. If a driver ever stands at gate A again, call me while he is there.",
        "Carrier's note corrected, not only our label.",
    ),
    Matter(
        "service",
        ("A seam has opened", "Seam at the heel", "{model}: stitching"),
        (
            "at the heel of my {model} the seam has opened, two fingers wide. I have had them since spring. "
            "Is that something you repair? Order {order}.",
        ),
        "We repair it, and it costs you nothing. The label for sending them in is attached. They are back "
        "with you by {due}, resewn and waxed.",
        (
            Pledged(
                "Your shoes are resewn and back with you", 6, "17:00", "cobbler",
                "Resewn by hand, waxed, sent by courier.",
            ),
        ),
        "Selma has resewn both heels, so that the other seam does not follow. The parcel is on its way.",
        photo=True,
        paper="return-label",
    ),
    Matter(
        "service",
        ("Praise for your warehouse", "Just to say thank you", "Arrived a day early"),
        (
            "I only want to say that the {model} came a day early and in perfect order. Somebody had "
            "written \"fair winds\" on the box. That made my week.",
        ),
        "Thank you for writing; letters like yours are read aloud here. It was Piotr who packed your box, "
        "and he is smiling.",
    ),
)  # fmt: skip
