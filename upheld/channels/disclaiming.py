"""The paragraphs that lawyers and gateways put around letters, known by what only they say.

One such phrase proves nothing, for customers write "confidential" too: it takes two in one paragraph, or one under
a title that announces a disclaimer.
"""

from __future__ import annotations

import re

_SHORTEST = 60  # signs of a paragraph without a title
_LONGEST_TITLE = 60

# Looked for in plain lower case: ignoring the case takes six times as long, and every paragraph is asked forty times.
_MARKS = [
    re.compile(pattern.replace("ı", "i"))
    for pattern in (
        # English
        r"intended (?:only |solely |exclusively )?(?:recipient|addressee)"
        r"|(?:solely|only|exclusively) for (?:the )?(?:use of )?(?:the )?(?:individual|person|addressee"
        r"|intended|named)"
        r"|intended (?:solely|only|exclusively) for",
        r"if you (?:are not|have received (?:this|it)|received this|believe you)",
        r"\b(?:confidential|privileged|proprietary|legally protected)\b",
        r"(?:notify|inform|contact|advise) (?:the sender|us) (?:immediately|at once|by)",
        r"(?:delete|destroy) (?:all|any|this|the|it)\b",
        r"(?:copying|disclosure|distribution|dissemination|use).{0,60}(?:prohibited|unlawful|forbidden)",
        r"virus(?:es)?.{0,80}(?:liab|responsib|accept|free|scan|check)|accepts? no (?:liability"
        r"|responsibility)",
        r"(?:views|opinions) expressed.{0,80}(?:author|sender|necessarily)",
        r"(?:originated|came|sent|is|email) from (?:an )?(?:outside|external)(?: of)?|external (?:e-?mail"
        r"|sender)",
        r"do not click (?:on )?(?:any )?links|(?:links|attachments).{0,60}unless you (?:recogni[sz]e|know"
        r"|trust)",
        # German
        r"vertraulich",
        r"rechtlich geschützt",
        r"nicht (?:der|die) (?:richtige|beabsichtigte|vorgesehene)[rn]? (?:adressat|empfänger)",
        r"irrtümlich (?:erhalten|zugestellt)|versehentlich erhalten",
        r"ausschließlich für (?:den|die) (?:\w+ )?(?:adressat|empfänger)",
        r"(?:informieren|benachrichtigen) sie (?:bitte )?(?:sofort|unverzüglich|umgehend)",
        r"vernichten sie|löschen sie (?:bitte )?(?:diese|die)",
        r"unerlaubte[sn]? (?:kopieren|weitergabe)|unbefugte (?:weitergabe|nutzung)",
        # French
        r"confidentiel",
        r"destiné(?:e?s)? (?:exclusivement|uniquement) à|intention exclusive|destinataires? (?:prévu|désigné)",
        r"si vous n['’]êtes pas|(?:reçu|transmis) (?:ce (?:message|courriel) )?par erreur",
        r"(?:détruire|supprimer) (?:ce|immédiatement)|avertir (?:immédiatement )?l['’]expéditeur",
        # Spanish, Portuguese
        r"confidencial(?:es)?|confidenciais",
        r"(?:dirigid|destinad)[oa]s? (?:exclusivamente|únicamente|apenas|exclusiva)",
        r"si (?:usted )?no es (?:el|usted)|por error|caso não seja|por engano|por erro",
        # Italian
        r"riservat[aeio]\b|confidenzial[ei]",
        r"destinat[aeio] esclusivamente|uso esclusivo",
        r"per errore|qualora non (?:foste|fosse)|d\.?\s?lgs|regolamento ue",
        # Dutch
        r"vertrouwelijk",
        r"uitsluitend bestemd|niet de (?:beoogde|bedoelde) (?:ontvanger|geadresseerde)",
        r"(?:ten onrechte|abusievelijk|per abuis|per vergissing) (?:heeft )?ontvang",
        # Nordic
        r"konfidentiel(?:l|t)?|fortrolig|luottamuksellis|sekretess",
        r"avsedda? (?:endast|mottagar)|endast avsedd|rette mottaker|tiltenkte? m[oø][dt]tag"
        r"|tarkoitettu (?:vain|ainoastaan)",
        r"av misstag|ved en feil|ved en fejl|vahingossa|erehdyksessä",
        # Slavic and others
        r"poufn[aey]|důvěrn|dôvern|конфиденциальн|конфіденційн|gizli|bizalmas|confidențial|εμπιστευτικ",
        r"wyłącznie dla|určen[aoy] (?:pouze|výhradně|len)|предназначен\w* (?:исключительно|только)|yalnızca"
        r"|kizárólag",
        r"omyłkow|przez pomyłkę|omylem|по ошибке|помилково|yanlışlıkla|tévedés|din greșeală",
        # Chinese, Japanese, Korean
        r"机密|保密|機密|秘密",
        r"收件人|宛先|受信者|수신인|기밀",
        r"立即(?:通知|删除|刪除)|削除|误收|誤って|삭제",
    )
]
_TITLE = re.compile(
    r"^[\s*_=#-]*(?:confidentiality(?: (?:notice|note|statement))?|confidential|disclaimer|legal (?:notice"
    r"|disclaimer)"
    r"|privileged (?:and|&) confidential|important notice|e-?mail disclaimer|haftungsausschluss"
    r"|vertraulichkeitshinweis|rechtlicher hinweis|avis de confidentialité|clause de confidentialité"
    r"|avertissement"
    r"|aviso (?:legal|de confidencialidad|de confidencialidade)|avviso di riservatezza|caution|warning"
    r"|external e-?mail)\s*[*_]*\s*(?:[::.–—-]|$)",
    re.IGNORECASE,
)
_GREEN = re.compile(
    r"^\W{0,6}(?:please (?:consider|think)|bitte (?:denken|prüfen) sie|pensez à|before printing"
    r"|antes de imprimir|think"
    r"|denken sie|p(?:rima|rotect) ).{0,160}(?:environment|print|umwelt|druck|imprim|stampar)",
    re.IGNORECASE | re.DOTALL,
)


def disclaimers(lines: list[str], start: int, end: int) -> list[tuple[int, int]]:
    """Half-open spans of paragraphs that are disclaimers, wherever in the stretch they stand."""
    found: list[tuple[int, int]] = []
    title: tuple[int, int] | None = None  # a title on a line of its own, waiting for its paragraph
    for first, last in _paragraphs(lines, start, end):
        text = " ".join(line.strip() for line in lines[first:last])
        plain = _plain(text)
        marks = sum(1 for mark in _MARKS if mark.search(plain))
        titled = _TITLE.match(text) is not None
        if titled and len(text) < _LONGEST_TITLE:
            title = (first, last)
            continue
        enough = marks >= 2 and len(text) >= _SHORTEST
        if enough or (marks >= 2 and titled) or (marks >= 1 and title is not None) or _is_green(text):
            found.append((title[0] if title else first, last))
        title = None
    return found


def _plain(text: str) -> str:
    """In lower case, a Turkish i like any other."""
    return text.lower().replace("i\u0307", "i").replace("ı", "i")


def _paragraphs(lines: list[str], start: int, end: int) -> list[tuple[int, int]]:
    found = []
    first = start
    while first < end:
        last = first
        while last < end and lines[last].strip():
            last += 1
        if last > first:
            found.append((first, last))
        first = last + 1
    return found


def _is_green(text: str) -> bool:
    return len(text) < 200 and _GREEN.match(text) is not None
