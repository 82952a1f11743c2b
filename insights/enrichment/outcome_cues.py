"""The words by which customers say that it is solved, that it is not, that a superior shall come, or that it is old.

Each family is one pattern, so that what was found can be shown. The more specific stands first: "still not solved"
must not be read as "solved".
"""

import re
from dataclasses import dataclass

from insights.enrichment.phrases import Phrases

_NOT = r"(?:not|n['’]?t|never|no longer|hardly|barely|cannot|nothing)"
_BE = r"(?:is|was|it['’]?s|are|were|has been|have been|had been|got|gets|been|now|all|finally|completely|be)"
_DONE = (
    r"(?:solved|resolved|fixed|sorted|repaired|settled|corrected|cleared up|taken care of|refunded|credited|replaced)"
)
_WORKS = r"(?:works?|working|worked)"


def _family(*patterns: str) -> Phrases:
    return Phrases(r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)")


UNSOLVED = _family(
    rf"(?:{_NOT}|isn['’]?t|wasn['’]?t|hasn['’]?t|haven['’]?t|didn['’]?t|don['’]?t|doesn['’]?t|can['’]?t|couldn['’]?t"
    rf"|won['’]?t|aren['’]?t)(?: \w+){{0,3}} (?:{_DONE}|{_WORKS}|help(?:ed|ful|s)?|solve[ds]?|fix(?:ed)?|resolve[ds]?"
    r"|sort(?:ed)?|answer(?:ed)?|change[ds]?|arrived|received?|happened|heard)",
    rf"(?:yet|still) to be {_DONE}|un(?:solved|resolved|answered|fixed)",
    r"still (?:no|not|nothing|waiting|broken|the same|having|have|has|does|doesn['’]?t|don['’]?t|won['’]?t|can['’]?t"
    r"|cannot|down|missing|open|pending|unable|failing|wrong|an? (?:issue|problem))",
    r"(?:am|i['’]?m|are|been|was) (?:still )?waiting",
    r"no (?:solution|resolution|answer|reply|response|refund|change|progress|luck|help|one (?:helped|could|can"
    r"|has|was))",
    r"nobody (?:helped|could|can|has|was|knows|knew|answers|answered|calls|called|came|gets)",
    r"nothing (?:has )?(?:changed|happened|helped|works|worked|was done|has been done|gets done)",
    r"(?:back|return(?:ed)?) to square one|(?:came|come|comes|is|was) back again|happened again"
    r"|keeps? (?:on )?happening",
    r"(?:broke|failed|stopped|crashed|dropped) (?:down )?again|stopped working again|same (?:problem|issue"
    r"|error) (?:again|as)",
    r"(?:waste|wasted) (?:of )?(?:my )?time|gave up|given up|giving up|no use|useless|pointless"
    r"|left (?:me )?(?:with nothing|hanging)",
    r"(?:refused|unable|failed) to (?:help|fix|solve|resolve|refund|sort|do)|could do nothing",
    r"(?:problem|issue|fault|error)s? (?:remains?|persists?|continues?|is (?:back|unchanged))",
    r"thanks (?:for nothing|anyway)|thank you anyway|i['’]?ll (?:have to )?(?:call|try|look|go|ask) (?:again"
    r"|elsewhere|somewhere else)",
    r"that['’]?s not (?:what|good enough|acceptable|an answer|helpful)|not good enough|hung up on me|cut (?:me )?off",
)
SOLVED = _family(
    rf"{_BE} (?:\w+ ){{0,2}}{_DONE}(?: (?:now|quickly|immediately|right away|at once|within \w+ \w+))?",
    rf"{_DONE} (?:it|this|that|my|the|everything|all|within|in|immediately|quickly|straight|right|on|by"
    rf"|the same|at once)",
    rf"(?:it|that|this|everything|all|now|phone|line|internet|app|card|account|login) (?:now |finally |all )?{_WORKS}"
    r"(?: (?:now|again|fine|perfectly|great|well|like))?",
    rf"{_WORKS} (?:again|now|perfectly|fine|like a charm)|(?:up and|is|are) running (?:again|now)?",
    r"(?:that|this|it|which|you|they|he|she|and) (?:really |has |have |just |completely |all )?"
    r"(?:did (?:the trick|it)|helps?|helped(?: me)?(?: a lot| so much| out)?|answers"
    r"|answered(?: all)? my questions?)",
    r"(?:problem|issue|question|query|matter|case) (?:was |is |has been |got )?(?:solved|resolved|fixed|sorted"
    r"|answered|gone)",
    r"(?:got|received|have) (?:my|the|a) (?:full )?(?:refund|money back|replacement|answer|credit|confirmation)",
    r"(?:all|everything) (?:is |was |['’]s )?(?:good|set|fine|sorted|clear|okay|ok|in order|done)(?: now)?|all set",
    r"that(?:['’]?s| is| was| will be) (?:all|everything|it|what i needed|exactly what i needed|perfect)"
    r"(?: (?:i (?:need|needed|wanted)|thanks?|for (?:now|today)))?",
    r"(?:i (?:can|could) (?:now )?(?:log ?in|see it|access|use it|pay|call|print|book)(?: \w+)? (?:now|again))",
    r"nothing else|no(?:,| that['’]?s)? that['’]?s all|perfect[,.! ]+thank(?:s| you)|(?:great|awesome|perfect"
    r"|wonderful)[,.! ]+thank"
    r"(?:s| you)(?: so much| very much| for (?:your|the) help)?|thank(?:s| you) for (?:all )?(?:your"
    r"|the) (?:quick |great )?"
    r"(?:help|assistance|fix|solution|support)|it['’]?s (?:back|gone)(?: now)?|arrived (?:today|this morning"
    r"|safely|now)",
)
SUPERIOR = _family(
    r"(?:speak|talk|spoken|speaking|talking|transfer(?:red)?|connect(?:ed)?|escalated?|escalating"
    r"|put (?:me )?through|get me"
    r"|give me|want|need|demand|ask(?:ed|ing)?(?: (?:to speak|for|to talk))?|call|passed?|complain(?:ed)?"
    r"|insist(?:ed)?)"
    r"(?: (?:me|us|this|it|my|case|issue|complaint|to|with|for|by|from|on|a|an|the|your|their|his|her|another"
    r"|some)){0,5} "
    r"(?:supervisor|manager|superior|team ?lead(?:er)?|boss|head of \w+|someone (?:in charge|higher|above"
    r"|senior|else in charge)"
    r"|management|director|ceo|higher[- ]ups?|senior (?:agent|person|colleague|advisor))",
    r"(?:want|wish|need|going|like|have|had)(?: (?:this|it|my case|the case|to|be|me))* (?:to )?(?:be )?escalated?",
    r"escalate (?:this|it|my (?:case|issue|complaint|ticket))|(?:higher|next|second) level of support"
    r"|(?:someone|somebody) (?:higher up|in charge)",
    r"(?:a |the |your )?(?:manager|supervisor) (?:please|now|immediately|to call me)",
    r"(?:let|let me) (?:me )?(?:speak|talk) (?:to|with) (?:someone|somebody) (?:else|competent|who can)",
)
_REFUSED = re.compile(
    r"(?:no need|don['’]?t (?:need|want|have)|not necessary|without (?:having|needing)|(?:did|do"
    r"|does)n['’]?t (?:have|need) to"
    r"|(?:did|do|does) not|never (?:had|needed) to|rather than)(?: \w+){0,3}\W*$",
    re.IGNORECASE,
)
BEFORE = _family(
    r"(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[2-9](?:nd|rd|th)|1\dth|nth|umpteenth"
    r"|hundredth|another|last)"
    r" (?:time|call|email|e-mail|mail|attempt|visit|chat|message|ticket|complaint|engineer|technician|letter)"
    r"(?: (?:i|we|that|this|in|about|to|for|now|you|calling|asking|writing))?",
    r"(?:twice|thrice|three times|four times|five times|(?:several|many|multiple|countless|numerous"
    r"|\d+) (?:times|calls|emails|attempts|occasions))",
    r"(?:called|call(?:ing)?|contact(?:ed|ing)?|written|wrote|writing|emailed|e-mailed|phoned|rang|chatted"
    r"|asked|asking|reported|complained|spoke|spoken|tried)"
    r"(?: (?:you|about|this|that|it|to|with|in|for|your|support|customer|service|them|the|already|same|my|issue"
    r"|problem|here))*"
    r" (?:before|already|again|last (?:week|month|year|time|monday|tuesday|wednesday|thursday|friday)|yesterday"
    r"|earlier"
    r"|(?:\w+) (?:days|weeks|months) ago|repeatedly|over and over)",
    r"already (?:called|contacted|written|wrote|emailed|phoned|spoke|spoken|reported|told|explained|tried|sent"
    r"|asked|complained)",
    r"(?:calling|writing|contacting you|here|asking|back|chatting|complaining) (?:once |yet )?again|yet again"
    r"|once more|(?:same|this) (?:problem|issue|fault|error) (?:again|as (?:before|last))",
    r"(?:keep|kept|keeps) (?:on )?(?:calling|asking|writing|having|contacting|explaining|telling|repeating"
    r"|happening|coming back)",
    r"(?:happened|happens|broke|broken|failed|stopped)(?: \w+)? (?:again|before|once more)|over and over"
    r"|time and again|every (?:single )?time i call",
    r"(?:previous|earlier|last|prior) (?:call|chat|e-?mail|ticket|conversation|contact|case|message|complaint"
    r"|visit)|as i (?:said|told you|explained|wrote) (?:before|already|last)",
)
_FIRST_TIME = re.compile(
    r"(?:never|not|n['’]?t|first|no need to|without)(?: \w+){0,2}\W*$|(?:if|in case) (?:it|this"
    r"|that)(?: \w+){0,2}\W*$",
    re.IGNORECASE,
)
_LOOK_BACK = 40
_CLAUSE_ENDS = re.compile(r"[.!?;\n]|, (?:but|and) ")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that were found: characters [start, end) of the text."""

    start: int
    end: int


def asks_for_superior(text: str) -> list[Cue]:
    """Return where somebody asks for a superior or tells of having asked; "no need for a manager" does not."""
    return _found(SUPERIOR, text, _REFUSED)


def tells_of_before(text: str) -> list[Cue]:
    """Return where somebody says that it is not the first time; "never called before" does not."""
    return _found(BEFORE, text, _FIRST_TIME)


def tells_unsolved(text: str) -> list[Cue]:
    """Return where somebody says that it is not solved."""
    return _found(UNSOLVED, text, None)


def tells_solved(text: str) -> list[Cue]:
    """Return where somebody says that it is solved, outside of what says the contrary, of wishes and of conditions."""
    found = _found(SOLVED, text, _WISHED)
    against = tells_unsolved(text) if found else []
    return [cue for cue in found if not any(_touch(cue, one) for one in against)]


_WISHED = re.compile(
    r"(?:hope|hopefully|if|until|till|unless|when will|want|wants|wanted|need|needs|needed|please|could you"
    r"|can you|will it|should"
    r"|would|to (?:have|get)|said|says|claims?|claimed|told me|promised|thought|supposed|expect(?:ed)?"
    r"|how (?:can|do)|before"
    r"|wish|not|n['’]t|never|cannot|nor)(?: [\w'’]+){0,4} ?$",
    re.IGNORECASE,
)


def _found(family: Phrases, text: str, unless: re.Pattern[str] | None) -> list[Cue]:
    cues = []
    for start, end in family.places(text):
        clause = _CLAUSE_ENDS.split(text[max(0, start - _LOOK_BACK) : start])[-1]
        if unless is None or not unless.search(clause):
            cues.append(Cue(start, end))
    return cues


def _touch(one: Cue, other: Cue) -> bool:
    return one.start < other.end and other.start < one.end
