"""A mail's own words: without what it quotes, its signature, and what carriers and telephones put below it."""

import re

_WROTE = re.compile(
    r"^\s*(?:(?:On|Am|Le|El|Il|Op|Em|Den|W dniu|Dňa|Dne)\b.{3,300}?"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|pisze|napsal|napísal)\b[^\n]{0,120}?"
    r"|.{3,200}<[^<>\s]+@[^<>\s]+>.{0,40}?(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu))\s*:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_ORIGINAL = re.compile(
    r"^\s*>*\s*(?:-{2,}|_{5,})\s*(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht|Message d'origine|"
    r"Message original|Mensaje original|Messaggio originale|Oorspronkelijk bericht|Mensagem original|"
    r"Forwarded message|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado)\s*-*\s*$"
    r"|^\s*Begin forwarded message:\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\s*\*?(?:From|Von|De|Da|Van|Från|Fra|Od)\s?:\*?\s*\S", re.IGNORECASE)
_HEADERS = re.compile(
    r"^\s*\*?(?:Sent|Date|To|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado(?: el)?|Para|Asunto|Inviato|A"
    r"|Oggetto|Verzonden|Aan|Onderwerp|Skickat|Till|Ämne|Fecha|Data|Cc)\s?:",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*[-_=*]{5,}\s*$")
_FOOTER = re.compile(
    r"^\s*(?:Sent (?:via|from)|Get Outlook|Gesendet (?:von|mit)|Von meinem|Envoyé (?:de|par|depuis)|Enviado desde"
    r"|Inviato da|Verzonden vanaf|Skickat från|This message was sent|Sent with)\b.{0,120}$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^--\s?$")
_QUOTE = re.compile(r"^\s*[>|](?:\s|>|\S)")
_QUOTED_HTML = re.compile(
    r"<(?:blockquote\b|div[^>]{0,200}(?:gmail_quote|yahoo_quoted|moz-cite-prefix|divRplyFwdMsg|appendonsend"
    r"|protonmail_quote)|hr[^>]{0,60}stopSpelling)",
    re.IGNORECASE,
)


def own_html(markup: str) -> str:
    """Return the markup before the first thing that mail programs quote in; all of it when nothing comes before."""
    found = _QUOTED_HTML.search(markup)
    before = markup[: found.start()] if found else markup
    return before if re.sub(r"<[^>]*>|&nbsp;|\s", "", before) else markup


def own_words(text: str) -> str:
    """Return what the writer of a mail wrote in it, "" when it quotes or forwards only."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    place = 0
    while place < len(lines):
        length = _attribution(lines, place)
        if length:
            place += length
            if not _answers_below(lines, place):
                break
        elif _ends_here(lines, place):
            break
        else:
            if not _QUOTE.match(lines[place]) and not _FOOTER.match(lines[place]):
                kept.append(lines[place].rstrip())
            place += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _attribution(lines: list[str], place: int) -> int:
    """Return how many lines "On … wrote:" takes here (mail programs wrap it), 0 when it does not stand here."""
    if len(lines[place]) > 400:
        return 0
    for length, line in enumerate(lines[place : place + 3], start=1):
        if not line.strip():
            return 0
        if line.rstrip().endswith(":") and _WROTE.match("\n".join(lines[place : place + length])):
            return length
    return 0


def _answers_below(lines: list[str], place: int) -> bool:
    """Say whether what follows is quoted with ">", so that the writer may go on below it."""
    following = next((line for line in lines[place:] if line.strip()), "")
    return bool(_QUOTE.match(following))


def _ends_here(lines: list[str], place: int) -> bool:
    line = lines[place]
    if _SIGNATURE.match(line) or _ORIGINAL.match(line):
        return True
    if _FROM.match(line):
        return sum(bool(_HEADERS.match(one)) for one in lines[place + 1 : place + 6]) >= 2
    if _RULE.match(line):
        following = next((one for one in lines[place + 1 :] if one.strip()), "")
        below = lines[place + 1 : place + 8]
        return bool(_FOOTER.match(following)) or (bool(_FROM.match(following)) and any(map(_HEADERS.match, below)))
    return False
