"""Matters for Billing: invoices, refunds, credit notes."""

from upheld.demo.matters.matter import Matter, Pledged

BILLING = (
    Matter(
        "billing",
        ("Invoice {invoice}: wrong street", "Invoice with the wrong street",
        "Please correct invoice {invoice}"),
        (
            "invoice {invoice} names our old street. Our tax adviser sends it back to us each time. Could "
            "we have it with the right one?",
        ),
        "You get the corrected invoice by {due}. The old number stays, with a mark that it replaces the "
        "first one, so that your books stay in order.",
        (
            Pledged(
                "The corrected invoice {invoice} is with you", 1, "15:00", "henrik",
                "Corrected and sent as PDF.",
            ),
        ),
        "The corrected invoice is attached.",
        paper="invoice",
    ),
    Matter(
        "billing",
        ("Charged twice", "{amount} taken twice", "Double payment for order {order}"),
        (
            "you have taken {amount} twice for order {order}, on the same day. Please send one back.",
            "my bank statement shows {amount} two times for one pair of {model}. I like them, but not that "
            "much.",
        ),
        "You paid twice because our till asked twice; I am sorry. The second payment of {amount} goes back "
        "today and is on your account by {due}.",
        (
            Pledged(
                "The second payment of {amount} is back on your account", 3, "17:00", "carla",
                "Refunded with batch {batch}; the bank has confirmed it.",
            ),
        ),
        "The bank has confirmed the refund. It was one till and one morning; we have looked through all the "
        "others.",
    ),
    Matter(
        "billing",
        ("Where is the credit note for {order}?", "Credit note, order {order}", "Credit note missing"),
        (
            "we returned two pairs from order {order} three weeks ago and still have no credit note. Our "
            "month is about to close.",
        ),
        "The parcel was booked in, the credit note was not. It is written and with you by {due}.",
        (
            Pledged(
                "The credit note for order {order} is with you", 2, "12:00", "carla",
                "Credit note written and sent.",
                "Credit note sent for one pair; the second was never booked in.",
            ),
        ),
        "The credit note is attached, and the amount is on its way.",
        paper="credit-note",
    ),
    Matter(
        "billing",
        ("Copy of invoice {invoice}", "Need last year's invoices", "Invoice copies please"),
        (
            "for the audit I need copies of all invoices of the past year. If that is too much, {invoice} "
            "would do for now.",
        ),
        "All fourteen are put together in one file. You have them by {due}.",
        (
            Pledged(
                "All fourteen invoice copies are with you", 2, "16:00", "henrik",
                "Sent as one PDF, in order of date.",
                "Twelve of fourteen sent; two are in the old archive.",
            ),
        ),
        "All fourteen invoices, in one file and by date.",
        paper="invoice",
    ),
    Matter(
        "billing",
        ("Reminder although paid", "Your reminder of this week", "We have paid invoice {invoice}"),
        (
            "you reminded us of invoice {invoice}. We paid it on the second, see the bank's slip. Please "
            "stop the reminders.",
        ),
        "You have paid, and the fault is ours: the payment lay under another customer's number. The "
        "reminder is withdrawn and no further one will come.",
        paper="",
    ),
    Matter(
        "billing",
        ("Payment by instalments?", "Can we pay in two parts?", "Invoice {invoice}: terms"),
        (
            "the season was short this year. Could we pay invoice {invoice} in two parts, half now and half "
            "at the end of next month?",
        ),
        "Yes, gladly; you have paid on the day for years. I send you the plan in writing by {due}.",
        (
            Pledged(
                "The payment plan is with you in writing", 2, "12:00", "carla",
                "Plan sent: two halves, no interest.",
            ),
        ),
        "The plan is attached: two halves and no interest.",
        paper="payment-plan",
    ),
    Matter(
        "billing",
        ("VAT number missing", "Invoice without our VAT number", "{invoice}: VAT"),
        (
            "our VAT number is missing on invoice {invoice}, and without it we pay the tax twice. It is on "
            "the order.",
        ),
        "I have put the number into your account, so that it stands on every invoice from now on. The new "
        "{invoice} is with you by {due}.",
        (
            Pledged(
                "Invoice {invoice} with your VAT number is with you", 1, "17:00", "henrik",
                "Reissued with the VAT number.",
            ),
        ),
        "The new invoice is attached, with your VAT number.",
        paper="invoice",
    ),
    Matter(
        "billing",
        ("Express fee", "Express delivery was not express", "Please refund the express fee"),
        (
            "I paid 14.90 for express delivery and the parcel took five days. I would like the fee back. "
            "Order {order}.",
        ),
        "You are right: express that is not express costs nothing. We refund the €14.90 by {due}.",
        (
            Pledged(
                "We refund the express fee, €14.90", 2, "12:00", "carla", "Refunded with batch {batch}."
            ),
        ),
        "The express fee is refunded.",
    ),
)  # fmt: skip
