"""Matters in German."""

from upheld.demo.matters.matter import Matter, Pledged

GERMAN = (
    Matter(
        "service",
        ("Größe {size}: Sohle löst sich", "Sohle nach drei Wochen ab", "Reklamation {model}"),
        (
            "bei meinem {model} (Größe {size}, Bestellung {order}) löst sich links die Sohle, nach nur drei "
            "Wochen. Ein Foto hängt an. Ich hätte gern ein neues Paar, denn sonst bin ich mit den Schuhen "
            "sehr zufrieden.",
        ),
        "das tut mir leid, eine Sohle muss Jahre halten. Ein neues Paar in Größe {size} ist bis {due} bei "
        "Ihnen. Das alte dürfen Sie behalten.",
        (
            Pledged(
                "Ein neues Paar in Größe {size} ist bei Ihnen", 3, "17:00", "warehouse",
                "Vom Kurier übergeben.",
                "Ein Schuh kam an, der andere fehlte im Karton.",
            ),
        ),
        "der Kurier hat Ihr neues Paar übergeben. Wenn etwas nicht stimmt, schreiben Sie mir bitte gleich.",
        photo=True,
        language="de",
    ),
    Matter(
        "service",
        ("Wo bleibt mein Paket?", "Bestellung {order} nicht angekommen"),
        (
            "meine Bestellung {order} sollte am Montag hier sein. Die Sendungsverfolgung zeigt seit Tagen "
            "dasselbe. Können Sie bitte nachfragen?",
        ),
        "ich lasse das Paket suchen. Bis {due} sage ich Ihnen, wo es ist; ist es verloren, geht am selben "
        "Tag ein neues ab.",
        (
            Pledged(
                "Ich sage Ihnen, wo Ihr Paket ist", 1, "12:00", "owner",
                "Im Depot Harburg gefunden, morgen Zustellung."
            ),
        ),
        "Ihr Paket lag im Depot in Harburg, das Etikett war abgegangen. Es ist jetzt auf dem Weg zu Ihnen.",
        language="de",
    ),
    Matter(
        "service",
        ("Pflege von geöltem Leder", "Fett oder Wachs?"),
        (
            "eine kurze Frage: Womit pflege ich den {model} am besten, wenn er oft nass wird? Im Laden "
            "sagte man mir Fett, im Internet steht Wachs.",
        ),
        "bitte Wachs, kein Fett: Fett weicht den Kleber der Sohle auf. Salz vorher mit lauwarmem Wasser "
        "abspülen und die Schuhe fern vom Ofen trocknen lassen.",
        language="de",
    ),
    Matter(
        "billing",
        ("Rechnung {invoice} mit falscher Straße", "Bitte Rechnung {invoice} berichtigen"),
        (
            "auf der Rechnung {invoice} steht noch unsere alte Straße. Unser Steuerbüro gibt sie uns jedes "
            "Mal zurück. Bitte senden Sie uns eine berichtigte.",
        ),
        "die berichtigte Rechnung haben Sie bis {due}. Die Nummer bleibt gleich, mit einem Vermerk.",
        (
            Pledged(
                "Die berichtigte Rechnung {invoice} ist bei Ihnen", 1, "15:00", "henrik",
                "Berichtigt und gesandt."
            ),
        ),
        "anbei die berichtigte Rechnung.",
        paper="invoice",
        language="de",
    ),
    Matter(
        "billing",
        ("Doppelt abgebucht", "{amount} zweimal abgebucht"),
        (
            "für die Bestellung {order} wurden {amount} zweimal abgebucht. Bitte überweisen Sie einen "
            "Betrag zurück.",
        ),
        "unsere Kasse hat zweimal gefragt, das ist unser Fehler. Die {amount} sind bis {due} wieder auf "
        "Ihrem Konto.",
        (
            Pledged(
                "Die zweite Zahlung von {amount} ist wieder auf Ihrem Konto", 3, "17:00", "carla",
                "Erstattet mit Lauf {batch}.",
            ),
        ),
        "die Bank hat die Erstattung bestätigt.",
        language="de",
    ),
    Matter(
        "repairs",
        ("Neue Sohlen für den {model}", "Lohnt sich eine Reparatur?"),
        (
            "meine {model} haben mich acht Jahre über die Elbe gebracht. Die Sohlen sind durch, das Leder "
            "ist tadellos. Machen Sie mir neue darunter?",
        ),
        "gern, das lohnt sich. Das Etikett zum Einsenden hängt an, die Arbeit kostet 68 €. Bis {due} haben "
        "Sie Ihre Schuhe zurück.",
        (
            Pledged(
                "Ihre {model} sind neu besohlt und wieder bei Ihnen", 7, "17:00", "cobbler",
                "Besohlt, mit Kurier gesandt."
            ),
        ),
        "Ihre Schuhe haben neue Sohlen und sind auf dem Weg. Bitte laufen Sie sie eine Stunde zu Hause ein.",
        photo=True,
        paper="return-label",
        language="de",
    ),
    Matter(
        "sales",
        ("Angebot für 30 Paar", "Schuhe für die ganze Mannschaft"),
        (
            "wir brauchen im Frühjahr 30 Paar {model} in gemischten Größen. Können Sie uns ein Angebot "
            "machen und sagen, bis wann wir bestellen müssen?",
        ),
        "ab 24 Paar gilt unser Mannschaftspreis. Das schriftliche Angebot haben Sie bis {due}.",
        (
            Pledged(
                "Ein schriftliches Angebot über 30 Paar ist bei Ihnen", 2, "15:30", "owner",
                "Angebot gesandt, 30 Tage gültig."
            ),
        ),
        "anbei das Angebot, gültig 30 Tage. Größen können Sie auch später noch tauschen.",
        paper="quotation",
        language="de",
    ),
)  # fmt: skip
