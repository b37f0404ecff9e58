"""How absence notices open their subjects and their texts, in the languages that mail programs speak."""

from __future__ import annotations

import re

from upheld.channels.letter import Letter

_SUBJECTS = (
    "automatic reply", "automatic response", "auto reply", "auto-reply", "autoreply", "auto response",
    "auto-response", "autoresponse", "automated reply", "automated response", "out of office", "out-of-office",
    "out of the office", "ooo", "vacation", "vacation reply", "away from my mail", "on vacation", "i am away",
    "automatische antwort", "automatische rückmeldung", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheit",
    "abwesend", "autom. antwort", "autoantwort", "auto-antwort", "nicht im büro", "urlaub",
    "réponse automatique", "absence du bureau", "absent du bureau", "absence", "message d'absence",
    "respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina", "autorespuesta",
    "resposta automática", "resposta automatica", "fora do escritório", "ausência temporária", "ausente",
    "risposta automatica", "fuori sede", "fuori ufficio", "assenza", "autorisposta",
    "automatisch antwoord", "automatisch bericht", "automatische reactie", "afwezigheidsbericht", "afwezig",
    "niet op kantoor", "autosvar", "automatiskt svar", "frånvaro", "frånvarande", "automatisk svar", "fravær",
    "ikke til stede", "automaattinen vastaus", "poissa", "poissaoloilmoitus", "autom. vastaus",
    "automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź", "poza biurem", "nieobecność",
    "automatická odpověď", "automatická odpoveď", "nepřítomnost", "mimo kancelář", "automatikus válasz",
    "házon kívül", "răspuns automat", "автоматический ответ", "автоответ", "нет на месте", "вне офиса",
    "автоматична відповідь", "otomatik yanıt", "otomatik cevap", "ofis dışında", "αυτόματη απάντηση",
    "自動応答", "自動返信", "不在", "不在通知", "自动回复", "自动答复", "自動回覆", "자동 회신", "자동 응답", "부재중",
    "תשובה אוטומטית", "الرد التلقائي", "رد تلقائي", "trả lời tự động", "automaatvastus", "automatinis atsakymas",
    "automātiskā atbilde", "автоматичен отговор", "automatski odgovor", "samodejni odgovor",
)  # fmt: skip
_SUBJECT = re.compile(
    r"^\s*(?:(?:re|aw|sv|vs|antw|rif|odp|ynt|回复|回覆|fwd?)\s*[::]\s*){0,3}[\[(]?\s*(?:"
    + "|".join(re.escape(word) for word in sorted(_SUBJECTS, key=len, reverse=True))
    + r")(?=\s*(?:$|[\])::;,.!–—-]|\b(?:re|until|bis|notification|notice|message|assistant|from|von)\b))",
    re.IGNORECASE,
)
# The two openings that one program alone writes, and the one of another.
_OF_A_PROGRAM = re.compile(r"\s*(?:automatic reply|automatische antwort): \S", re.IGNORECASE)
_DOMINO = re.compile(r"\s*AUTO: .{0,200}\bout of (?:the )?office\b")
_TEXT = re.compile(
    r"(?i)\b(?:i am|i'm|i’m|i will be|we are|i'll be) (?:currently |presently "
    r"|now )?(?:out of (?:the )?office|away|on"
    r" (?:vacation|holiday|leave|annual leave|maternity leave|parental leave)|not in the office|travell?ing)"
    r"|out of (?:the )?office (?:until|till|from|and will)|(?:limited|no) access to (?:my )?e-?mails?"
    r"|this is an auto(?:matic|mated|-?generated)|nicht im (?:büro|hause|haus)|bin (?:ich )?(?:derzeit"
    r"|aktuell|zurzeit"
    r"|zur zeit|momentan|bis|vom|ab)|außer haus|im urlaub|wieder (?:erreichbar|im büro)|ihre (?:e-?mail"
    r"|nachricht) wird"
    r" nicht|je suis (?:actuellement )?(?:absent|en congé|en vacances|en déplacement)|absente? (?:du bureau"
    r"|jusqu)"
    r"|estoy (?:fuera|de vacaciones|ausente)|me encuentro (?:fuera|ausente|de vacaciones)|estaré (?:fuera"
    r"|ausente)"
    r"|sono (?:assente|fuori|in ferie)|sarò (?:assente|fuori)|estou (?:fora|ausente|de férias)"
    r"|estarei (?:fora|ausente)"
    r"|ik ben (?:momenteel |tot |van |niet |afwezig|op vakantie|met vakantie)|jag är (?:på semester|borta"
    r"|inte|ledig"
    r"|tjänstledig)|jeg er (?:på ferie|ikke|ude|borte|fraværende)|olen (?:lomalla|poissa|vuosilomalla)|jestem"
    r" (?:obecnie )?(?:nieobecn|poza biurem|na urlopie)|przebywam na urlopie|jsem (?:mimo|na dovolené)"
    r"|dovolené|(?:нахожусь|я) в отпуске|отсутствую|меня (?:не будет|нет) (?:в|на)|izindeyim|ofis dışındayım"
    r"|不在にして|休暇(?:中|を|で)|出張中|休假|外出|不在办公室|부재중|휴가"
)


def subject_opens_like_one(subject: str) -> bool:
    """Whether the subject opens as responders open theirs; people may write so too."""
    return (_SUBJECT.match(subject[:300]) or _DOMINO.match(subject[:300])) is not None


def second_sign(letter: Letter) -> str | None:
    """A second sign that a responder wrote this, in words that end a sentence; None when there is none."""
    if letter.header("x-auto-response-suppress"):
        return "it asks that no machine answers it"
    if letter.sender and re.match(
        r"(?i)(?:no-?reply|do-?not-?reply|nepasrepondre|noresponder)\b", letter.sender.address
    ):
        return "its sender's address takes no answers"
    if letter.header("precedence") or letter.header("x-mailer-autoreply"):
        return "it has a Precedence, as machines give themselves"
    if _TEXT.search((letter.text or "")[:1500]):
        return "its text says that the writer is away"
    subject = (letter.subject or "")[:300]
    if _DOMINO.match(subject):
        return "it goes on as only a mail program writes"
    if letter.ancestors and _OF_A_PROGRAM.match(subject):
        return "it answers a letter under the very words of a mail program"
    return None
