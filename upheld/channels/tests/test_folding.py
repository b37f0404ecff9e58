"""The writer's own words stay in sight, the repeated ones are folded, and nothing is ever cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.channels.folding import Fold, fold
from upheld.channels.reading import read
from upheld.channels.tests.letterbox import letter_bytes

OWN = "Thank you, that helps."
QUOTED = "> We will send it on Friday.\n> Bruno\n"

INTRODUCTIONS = [
    "On Fri, Nov 20, 2026 at 10:00 AM Service <service@upheld.example> wrote:",
    "On Fri, Nov 20, 2026 at 10:00 AM Harbour Service Team <\nservice@upheld.example> wrote:",
    "On 20 Nov 2026, at 10:00, Service <service@upheld.example> wrote:",
    "Am Fr., 20. Nov. 2026 um 10:00 Uhr schrieb Service <\nservice@upheld.example>:",
    "Le ven. 20 nov. 2026 à 10:00, Service <service@upheld.example> a écrit :",
    "El vie, 20 nov 2026 a las 10:00, Service (<service@upheld.example>) escribió:",
    "Il giorno ven 20 nov 2026 alle ore 10:00 Service <service@upheld.example> ha scritto:",
    "Em sex., 20 de nov. de 2026 às 10:00, Service <service@upheld.example> escreveu:",
    "Op vr 20 nov 2026 om 10:00 schreef Service <service@upheld.example>:",
    "Den fre 20 nov. 2026 kl 10:00 skrev Service <service@upheld.example>:",
    "fre. 20. nov. 2026 kl. 10:00 skrev Service <service@upheld.example>:",
    "pe 20. marrask. 2026 klo 10.00 Service (service@upheld.example) kirjoitti:",
    "pt., 20 lis 2026 o 10:00 Service <service@upheld.example> napisał(a):",
    "pá 20. 11. 2026 v 10:00 odesílatel Service <service@upheld.example> napsal:",
    "пт, 20 нояб. 2026 г. в 10:00, Service <service@upheld.example>:",
    "Service <service@upheld.example>, 20 Kas 2026 Cum, 10:00 tarihinde şunu yazdı:",
    "2026年11月20日(金) 10:00 Service <service@upheld.example>:",
    "Service <service@upheld.example> 于2026年11月20日周五 10:00写道:",
    "2026년 11월 20일 (금) 오전 10:00, Service <service@upheld.example>님이 작성:",
]
BLOCKS = [
    "From: Service <service@upheld.example>\nSent: Friday, 20 November 2026 10:00\nTo: Dora\nSubject: RE: Shoes",
    "________________________________\nFrom: Service\nSent: Friday, 20 November 2026\nTo: Dora\nSubject: RE: Shoes",
    "-----Original Message-----\nFrom: Service\nSent: Friday\nTo: Dora\nSubject: RE: Shoes",
    "*From:* Service <service@upheld.example>\n*Sent:* Friday\n*To:* Dora\n*Subject:* RE: Shoes",
    "Von: Service\nGesendet: Freitag, 20. November 2026 10:00\nAn: Dora\nBetreff: AW: Schuhe",
    "De : Service\nEnvoyé : vendredi 20 novembre 2026 10:00\nÀ : Dora\nObjet : RE: Chaussures",
    "De: Service\nEnviado: viernes\nPara: Dora\nAsunto: RE: Zapatos",
    "Da: Service\nInviato: venerdì\nA: Dora\nOggetto: R: Scarpe",
    "Van: Service\nVerzonden: vrijdag\nAan: Dora\nOnderwerp: RE: Schoenen",
    "Från: Service\nSkickat: den 20 november 2026 10:00\nTill: Dora\nÄmne: SV: Skor",
    "Lähettäjä: Service\nLähetetty: perjantai\nVastaanottaja: Dora\nAihe: VS: Kengät",
    "Od: Service\nWysłano: piątek\nDo: Dora\nTemat: RE: Buty",
    "От: Service\nОтправлено: 20 ноября 2026 г. 10:00\nКому: Dora\nТема: RE: Туфли",
    "Kimden: Service\nGönderilen: 20 Kasım 2026\nKime: Dora\nKonu: RE: Ayakkabı",
    "差出人: Service\n送信日時: 2026年11月20日\n宛先: Dora\n件名: RE: 靴",
]
PHONES = [
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Odesláno z iPhonu",
    "Отправлено с iPhone",
    "iPhoneから送信",
    "发自我的iPhone",
    "iPhone’umdan gönderildi",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Sent from Mail for Windows",
    "Von meinem Samsung Galaxy Smartphone gesendet.",
    "Sent from Yahoo Mail on Android",
]
DISCLAIMERS = [
    "This e-mail and any attachments are confidential and intended solely for the addressee. If you are not the"
    " intended recipient, please delete it and notify the sender.",
    "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie nicht der richtige"
    " Adressat sind, informieren Sie bitte sofort den Absender und vernichten Sie diese Mail.",
    "Ce message et ses pièces jointes sont confidentiels. Si vous avez reçu ce message par erreur, merci d'en avertir"
    " l'expéditeur.",
    "Este mensaje es confidencial. Si usted no es el destinatario, le rogamos que lo borre.",
    "CONFIDENTIALITY NOTICE: This message is intended solely for the addressee and may be privileged.",
    "Please consider the environment before printing this e-mail",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_a_quotation_is_folded_with_the_line_that_introduces_it(introduction: str) -> None:
    above = fold(f"{OWN}\n\n{introduction}\n\n{QUOTED}")
    assert above.own_words == OWN
    assert [part.kind for part in above.folded] == ["quotation"]
    assert fold(f"{OWN}\n{introduction}\n{QUOTED}").own_words == OWN
    assert fold(f"{introduction}\n{QUOTED}\n{OWN}\n").own_words == OWN
    assert fold(f"{OWN}\n\n{introduction}\n\nWe will send it on Friday.\nBruno\n").own_words == OWN


@pytest.mark.parametrize("block", BLOCKS)
def test_a_header_block_folds_what_follows(block: str) -> None:
    folded = fold(f"{OWN}\n\nDora\n\n{block}\n\nWe will send it on Friday.\nBruno\n")
    assert folded.own_words == f"{OWN}\n\nDora"
    assert [part.kind for part in folded.folded] == ["quotation"]


@pytest.mark.parametrize(
    "signature", [*PHONES, "-- \nDora Customer\nHarbour Ltd\n+44 20 7946 0000", "--\nDora\nHarbour Ltd"]
)
def test_a_signature_is_folded_at_the_end_and_above_a_quotation(signature: str) -> None:
    alone = fold(f"{OWN}\n\n{signature}\n")
    assert (alone.own_words, [part.kind for part in alone.folded]) == (OWN, ["signature"])
    above = fold(f"{OWN}\n\n{signature}\n\nOn 20/11/2026 10:00, Service wrote:\n{QUOTED}")
    assert (above.own_words, [part.kind for part in above.folded]) == (OWN, ["signature", "quotation"])


@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
def test_a_disclaimer_is_folded(disclaimer: str) -> None:
    folded = fold(f"{OWN}\n\n{disclaimer}\n")
    assert (folded.own_words, [part.kind for part in folded.folded]) == (OWN, ["disclaimer"])


def test_answers_between_quoted_lines_stay_in_sight() -> None:
    folded = fold("Hi\n\n> When?\n\nOn Friday.\n\n> Where?\nHere.\n> Bye\n")
    assert folded.own_words == "Hi\n\nOn Friday.\n\nHere."
    assert [part.text for part in folded.folded] == ["> When?", "> Where?", "> Bye"]


@pytest.mark.parametrize(
    "text",
    [
        'On 5 May 2026 your colleague Bruno wrote:\n\n"We will refund you."\n\nThat has not happened!',
        "Hello,\nmy order: 4512 from: Monday\nTo: be sure\nSubject: none",
        "Confidential: my password is x. Please do not tell the sender.",
        "Part A\n--\nis long\n--\nand so on",
        "Sent from my iPhone it always fails\nplease help",
        "Hi,\n>From the start it broke.\nbye",
        "From here on:\nI will not pay.",
        "Shoes >= 42 only\n>:( sad",
    ],
)
def test_words_that_only_look_repeated_stay_in_sight(text: str) -> None:
    assert fold(text).folded == ()


@pytest.mark.parametrize(
    "text", ["> only quoted\n> text", "Sent from my iPhone", QUOTED + "\n-- \nDora", "", "\n\n"]
)
def test_when_all_would_be_folded_nothing_is(text: str) -> None:
    folded = fold(text)
    assert folded.own_words == text
    assert folded.folded == ()


def test_a_fold_with_something_new_in_it_is_marked() -> None:
    text = "Yes.\n\nOn 20/11/2026 10:00, Service wrote:\n> When do\n> you come?\n> {}Bye\n"
    earlier = ["Dear Dora,\n\nWhen do you come? Bye"]
    assert [part.holds_new for part in fold(text.format(""), earlier=earlier).folded] == [False]
    assert [
        part.holds_new for part in fold(text.format("Never again, I said. "), earlier=earlier).folded
    ] == [True]


def test_a_forward_is_marked_as_new() -> None:
    text = "Why?\n\n---------- Forwarded message ---------\nFrom: Shop\nDate: Friday\nSubject: x\nTo: me\n\nOffer"
    folded = fold(text)
    assert folded.own_words == "Why?"
    assert folded.folded[0].holds_new


@pytest.mark.parametrize(
    ("name", "own_words"),
    [
        ("gmail_reply", "Thank you, Friday is fine – please ring twice.\n\nDora"),
        (
            "thunderbird_flowed",
            "Saturday, because on Friday I am at the harbour the whole day and nobody would be there.\n\nBlue.",
        ),
        ("apple_mail_pictures", "The left one looks like this:\n\nand this is the receipt."),
    ],
)
def test_real_letters_fold_to_their_writers_words(name: str, own_words: str) -> None:
    assert fold(read(letter_bytes(name))).own_words == own_words


_PIECE = st.one_of(
    st.sampled_from(
        [
            *INTRODUCTIONS,
            *BLOCKS,
            *PHONES,
            *DISCLAIMERS,
            "> quoted",
            "> > deeper",
            "-- ",
            "--",
            "",
            " ",
            ">",
            OWN,
            "own words:",
            "From: x",
            "Sent: y",
            "To: z",
            "DISCLAIMER",
            "____________________",
            "-----Original Message-----",
        ]
    ),
    st.text(max_size=30),
)


@given(st.lists(_PIECE, max_size=14))
@settings(max_examples=400, deadline=None)
def test_put_together_again_it_is_the_whole_text(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    folded = fold(text)
    assert "\n".join(part.text if isinstance(part, Fold) else part for part in folded.pieces) == text
    shown = folded.own_words + "\n" + "\n".join(part.text for part in folded.folded)
    for line in text.split("\n"):
        assert line.strip() in shown
    assert folded.own_words.strip() or not text.strip()


@pytest.mark.parametrize(
    "form",
    [
        "From: Dora <dora@harbour.example>\nDate: 4 March 2025\nSubject: pump",
        "Von: Dora <dora@harbour.example>\nDatum: 4. März 2025 10:12\nTelefon: 040 1\nBetreff: Pumpe\nNachricht: leckt",
        "From: Hamburg\nTo: Berlin\nDate: 4 March 2025 10:00",
        "From: Dora <dora@harbour.example>\nTo: Service\nDate: 4 March 2025\nSubject: pump",
        "De: Lyon\nÀ: Paris\nDate: lundi\nObjet: une caisse",
        "Von: dora@harbour.example\nGesendet: 4. März 2025 10:12\nBetreff: Pumpe",
    ],
)
def test_a_form_that_somebody_filled_in_stays_in_sight(form: str) -> None:
    text = f"New enquiry:\n\n{form}\n\nMy pump leaks since Monday.\n"
    assert fold(text).folded == ()


@pytest.mark.parametrize(
    "block",
    [
        "Gesendet: Freitag, 20. November 2026 um 10:00 Uhr\nVon: Service <s@upheld.example>\nAn: Dora\nBetreff: Schuhe",
        "Sent: Friday, November 20, 2026 at 10:00 AM\nFrom: Service\nTo: dora@harbour.example\nSubject: Shoes",
        "Date: Friday, November 20, 2026 at 10:00 AM\nFrom: Service\nTo: dora@harbour.example\nSubject: Shoes",
        "From: Service <s@upheld.example>\nTo: Dora\nDate: 20.11.2026 10:00\nSubject: Shoes",
        "From: Service\n\nSent: Friday\n\nTo: Dora\n\nSubject: Shoes",
        "____________________\nFrom: Service\nDate: Friday\nSubject: Shoes",
    ],
)
def test_what_programs_put_above_an_earlier_letter_is_known_in_any_order(block: str) -> None:
    folded = fold(f"{OWN}\n\n{block}\n\nWe will send it on Friday.\n")
    assert folded.own_words == OWN
    assert [part.kind for part in folded.folded] == ["quotation"]


@pytest.mark.parametrize(
    "added",
    [
        "P.S. Call me before noon",
        "PS: the door is blue",
        "P.P.S. and green",
        "N.B. not on Friday",
        "NB: not on Friday",
        "PD: llámenme",
        "P.-S. : appelez-moi",
        "追伸 電話してください",
        "Could you also send\nthe invoice?",
    ],
)
def test_what_is_written_below_a_signature_stays_in_sight(added: str) -> None:
    folded = fold(f"{OWN}\n\n-- \nDora\nHarbour Ltd\n\n{added}\n")
    assert folded.own_words == f"{OWN}\n\n\n{added}".replace("\n\n\n", "\n\n")
    assert [part.text.strip() for part in folded.folded] == ["-- \nDora\nHarbour Ltd"]
    phone = fold(f"{OWN}\n\n-- \nDora\n\n{added}\n\nSent from my iPhone\n")
    assert [part.kind for part in phone.folded] == ["signature", "signature"]
    assert phone.own_words == f"{OWN}\n\n{added}"


def test_a_title_is_no_postscript() -> None:
    assert fold(f"{OWN}\n\n-- \nPD Dr. Dora Schäfer\nPsion Ltd\n").own_words == OWN
