"""What people say around a matter, by language: greetings, thanks, chasers, withdrawals; English for the rest."""

from __future__ import annotations

GREETINGS = {
    "en": ("Hello,", "Good morning,", "Dear Harbour Shoes,", "Hello to Hamburg,", "Dear all,"),
    "de": ("Guten Tag,", "Moin,", "Liebes Team von Harbour Shoes,", "Sehr geehrte Damen und Herren,"),
    "fr": ("Bonjour,", "Madame, Monsieur,"),
    "es": ("Buenos días:", "Hola:"),
    "nl": ("Goedendag,", "Beste mensen,"),
    "sv": ("Hej,", "God dag,"),
    "da": ("Hej,", "Kære alle,"),
    "it": ("Buongiorno,", "Gentili signori,"),
}
FAREWELLS = {
    "en": ("Kind regards", "Best wishes", "Many thanks in advance", "Yours"),
    "de": ("Mit freundlichen Grüßen", "Viele Grüße", "Herzliche Grüße"),
    "fr": ("Cordialement", "Bien à vous"),
    "es": ("Un saludo", "Saludos cordiales"),
    "nl": ("Met vriendelijke groet", "Groeten"),
    "sv": ("Med vänliga hälsningar", "Hälsningar"),
    "da": ("Med venlig hilsen", "Venlig hilsen"),
    "it": ("Cordiali saluti", "Un saluto"),
}
ASIDES = (
    "I have been a customer since your shop was still at the fish market.",
    "You can reach me by telephone as well, best in the evening.",
    "There is no great hurry, but I would like to know where I stand.",
    "My neighbour recommended you, by the way.",
    "I am away from Friday on, so sooner would be better.",
    "Sorry if this is the wrong address; please pass it on then.",
    "Apart from that I am very happy with them.",
    "I could not find it on your page, or I did not look well enough.",
)
THANKS = {
    "en": (
        "thank you, that was quick. It has all arrived.",
        "many thanks. I did not expect that you would really do it by the day you said.",
        "perfect, thank you for your trouble.",
        "that is very kind. I will tell the others on the pier.",
    ),
    "de": (
        "vielen Dank, das ging schnell. Alles ist da.",
        "herzlichen Dank! So wünscht man sich das.",
        "danke, alles bestens.",
    ),
    "fr": ("merci beaucoup, tout est arrivé.",),
    "es": ("muchas gracias, ya ha llegado todo.",),
    "nl": ("dank u wel, alles is aangekomen.",),
    "sv": ("tack så mycket, allt har kommit.",),
    "da": ("mange tak, det hele er kommet.",),
    "it": ("grazie mille, è arrivato tutto.",),
}
CHASERS = {
    "en": (
        "the date you gave me has passed and I have heard nothing. What happened?",
        "you promised this for {when}. It has not come. Has my letter been forgotten?",
        "I am still waiting. Could somebody please tell me how this goes on?",
    ),
    "de": (
        "der zugesagte Termin ist vorbei, und ich habe nichts gehört. Was ist los?",
        "Sie hatten es mir bis {when} zugesagt. Bis jetzt ist nichts gekommen.",
    ),
    "fr": ("la date que vous m'aviez donnée est passée et je n'ai rien reçu. Que se passe-t-il ?",),
    "es": ("la fecha ha pasado y no ha llegado nada. ¿Qué ha ocurrido?",),
    "nl": ("de datum is voorbij en er is niets gekomen. Wat is er gebeurd?",),
    "sv": ("dagen har passerat och ingenting har kommit. Vad har hänt?",),
    "da": ("datoen er overskredet, og der er ikke kommet noget. Hvad er der sket?",),
    "it": ("la data è passata e non è arrivato nulla. Che cosa è successo?",),
}
WITHDRAWALS = {
    "en": (
        "please stop: I have found a pair in a shop here and no longer need it. Thank you all the same.",
        "no need any more, my son has repaired it himself. Sorry for the trouble.",
    ),
    "de": ("es hat sich erledigt, ich brauche nichts mehr. Vielen Dank trotzdem.",),
}
ANSWERS = {
    "en": (
        "it is order {order}, bought in the shop. Does that help?",
        "here is what you asked for: size {size}, order {order}.",
    ),
    "de": ("es ist die Bestellung {order}, Größe {size}. Hilft Ihnen das?",),
}
SORRY_LATE = {
    "en": "I am sorry: we told you {when}, and we did not keep it. It is done now. {done}",
    "de": "es tut mir leid: Zugesagt war {when}, und wir haben es nicht gehalten. Jetzt ist es geschehen. "
    "{done}",
}
SORRY_PART = {
    "en": "we managed only a part of what I promised you, and I want you to hear it from me. {done}",
    "de": "wir haben nur einen Teil dessen geschafft, was ich Ihnen zugesagt hatte. {done}",
}
ASKING = {
    "en": "so that I promise you nothing that I cannot keep: which order was it, and which size? Then I see "
    "to it at once.",
    "de": "damit ich Ihnen nichts Falsches zusage: Welche Bestellung war es, und welche Größe? Dann kümmere "
    "ich mich sofort.",
}
CHASED = {
    "en": "you had to write a second time, and that is our fault. I am looking into it at this moment and "
    "call you before I go home.",
    "de": "dass Sie ein zweites Mal schreiben mussten, ist unser Fehler. Ich gehe dem sofort nach und rufe "
    "Sie heute noch an.",
}
MADE_GOOD = (
    "Could not be had any more. Refunded in full, and a voucher over €20 sent with a hand-written card.",
    "Sent a better model at the same price, by courier on the same day; the customer is content.",
    "Went there ourselves and fitted another pair; the customer keeps both.",
)
AGREED = (
    "On the phone; the customer is travelling until then.",
    "By telephone: the later day suits better, a neighbour is in.",
    "In a letter of the customer's; the earlier day was not needed.",
)
NOTES = (
    "Called twice, nobody answered. Trying again after lunch.",
    "Spoke on the phone: friendly, wants it in writing all the same.",
    "Please look at the customer's other letters before you answer.",
    "Warehouse says there are three pairs left in this size.",
    "The carrier calls back tomorrow morning.",
    "I have put a card into the box.",
)
"""Notes among colleagues, whatever the matter."""


def of(bank: dict[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """The phrases in a customer's language, else in English."""
    return bank.get(language, bank["en"])
