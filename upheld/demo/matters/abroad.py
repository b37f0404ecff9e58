"""Matters in French, Spanish, Dutch, Swedish, Danish and Italian. We answer in English, as these customers know."""

from upheld.demo.matters.matter import Matter, Pledged

_PARCEL = Pledged(
    "I tell you where your parcel is", 1, "12:00", "owner", "Found; the carrier delivers tomorrow."
)
_PAIR = Pledged(
    "A new pair, size {size}, is at your door", 4, "17:00", "warehouse", "Handed over by the courier."
)

ABROAD = (
    Matter(
        "service",
        ("Semelle décollée, commande {order}", "Problème de semelle"),
        (
            "la semelle gauche de mes {model} s'est décollée après un mois. Pointure {size}, commande "
            "{order}. Que proposez-vous ?",
        ),
        "I am sorry; a sole must last longer than that. A new pair in size {size} is at your door by {due}. "
        "You may keep the old one.",
        (_PAIR,),
        "The courier tells us that your new pair was handed over.",
        photo=True,
        language="fr",
    ),
    Matter(
        "billing",
        ("Facture {invoice}", "Numéro de TVA manquant"),
        (
            "sur la facture {invoice}, notre numéro de TVA manque. Pourriez-vous nous en envoyer une "
            "nouvelle ?",),
        "The invoice with your VAT number is with you by {due}, and the number stays in your account.",
        (Pledged("Invoice {invoice} with your VAT number is with you", 2, "12:00", "henrik", "Reissued."),),
        "The new invoice is attached.",
        paper="invoice",
        language="fr",
    ),
    Matter(
        "service",
        ("¿Dónde está mi pedido {order}?", "Pedido {order}"),
        (
            "mi pedido {order} salió hace nueve días y todavía no ha llegado. ¿Pueden mirar dónde está, "
            "por favor?",),
        "I have asked the carrier. By {due} I tell you where it is; if it is lost, a new one leaves the "
        "same day.",
        (_PARCEL,),
        "Your parcel waited at the border for a paper. It is moving again and reaches you tomorrow.",
        language="es",
    ),
    Matter(
        "service",
        ("Maat {size} valt klein", "Bedankt, en een vraag over was"),
        (
            "mooie schoenen, dank daarvoor. Eén vraag: hoe vaak moet ik de {model} in de was zetten als ik "
            "elke dag op het water ben?",
        ),
        "Once a month is enough; once a week if you see white lines of salt. Rinse first, then wax, and "
        "never oil.",
        language="nl",
    ),
    Matter(
        "repairs",
        ("Dragkedjan är trasig", "Reparation av {model}"),
        ("dragkedjan på min vänstra känga har gått sönder. Kan ni laga den? Order {order}, storlek {size}.",),
        "We can, and within the warranty it costs you nothing. Send the boot in with the attached label; it "
        "is back with you by {due}.",
        (Pledged("The boot with its new zip is back with you", 7, "17:00", "cobbler",
        "Metal zip put in, sent."),),
        "The boot has a metal zip now and is on its way to you.",
        photo=True,
        paper="return-label",
        language="sv",
    ),
    Matter(
        "service",
        ("Forkert størrelse", "Ordre {order}: forkert størrelse"),
        (
            "jeg har bestilt størrelse {size}, men fik en størrelse for lille. Kan I sende det rigtige "
            "par? Ordre {order}.",),
        "I am sorry for the mix-up. The right pair in size {size} leaves our warehouse by {due}.",
        (
            Pledged(
                "The right pair in size {size} leaves our warehouse", 1, "16:00", "warehouse",
                "Left with the afternoon van."
            ),
        ),
        "The right pair left this afternoon.",
        language="da",
    ),
    Matter(
        "sales",
        ("Preventivo per 12 paia", "Scarpe per il nostro equipaggio"),
        (
            "vorremmo un preventivo per 12 paia di {model}, misure diverse, colore {colour}. Quando "
            "potreste consegnarle?",),
        "You have the quotation by {due}, with the days on which we could deliver.",
        (Pledged("A quotation for 12 pairs is with you", 2, "15:30", "greta", "Quotation sent."),),
        "The quotation is attached; delivery takes two weeks from your yes.",
        paper="quotation",
        language="it",
    ),
)  # fmt: skip
