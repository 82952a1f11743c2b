"""Turns of phrase that tell what a customer wants: families of patterns, counted as features and shown as evidence."""

import functools
import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.phrases import Phrases

LONGEST = 4_000  # characters that are searched: a customer says it within them, or says it again
_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|many|multiple|countless)"
_GOOD = (
    r"(?:nice|great|good|better|best|cool|helpful|useful|awesome|handy|lovely|fantastic|welcome|perfect|wonderful"
    r"|ideal|appreciated|amazing|beneficial|convenient|easier)"
)
_DO = (
    r"(?:add|allow|make|let|give|provide|enable|support|include|offer|bring|consider|open|extend|improve"
    r"|integrate|fix"
    r"|implement|create|introduce|show|remove|replace|put|change|update|expose|reduce|lower|increase|simplify"
    r"|keep|stop"
    r"|train|hire|install|send|use|build|develop|get rid|combine|merge|expand|ensure|think about|think of|try"
    r"|do something)"
)


def _family(*patterns: str) -> Phrases:
    return Phrases("|".join(f"(?:{pattern})" for pattern in patterns))


# in a fixed order: the heads' weights refer to it
FAMILIES: Mapping[str, Phrases] = {
    "effort_repeat": _family(
        rf"\b{_NUMBER} (?:different )?(?:times|calls|phone calls|e-?mails|people|agents|visits|attempts|tickets)\b",
        r"\b(?:second|third|fourth|fifth|sixth|2nd|3rd|4th|5th|\d+th) (?:time|call|e-?mail|visit|attempt|ticket"
        r"|letter)\b",
        r"\bover and over|again and again|every (?:single )?time i|once again|from (?:scratch|the (?:start"
        r"|beginning))\b",
        r"\b(?:repeat|repeated|repeating|re-?explain|explained? (?:it|this|everything) )\w*|\bkeep (?:having"
        r"|calling|asking)",
        r"\bchas(?:e|ed|ing)\b|\bback and forth\b|\balready (?:called|told|sent|explained|tried|spoke)",
    ),
    "effort_transfer": _family(
        r"\btransferred|passed (?:on|around|from)|sent (?:me )?(?:from|back to|to another)|bounced|pillar to post",
        r"\bround in circles|ends? up (?:with|at) (?:another|a different)|somebody else|someone else every",
    ),
    "effort_wait": _family(
        rf"\bon hold\b|\b(?:waited|waiting|queued?|queueing) (?:for )?(?:over |about |almost "
        rf"|nearly )?(?:{_NUMBER}|an?|half)",
        r"\bhours? (?:in|on|of|to|at)\b|\bfor (?:hours|ages|weeks|days|months)\b|\btook (?:ages|forever|me|hours)",
        r"\bcut (?:me )?off\b|\bhung up\b|\bgave up\b|\bno(?:body|[- ]one) (?:answers?|picks? up|answered"
        r"|calls? back)",
    ),
    "effort_forced": _family(
        r"\b(?:had|have|having|has) to (?!say\b|admit\b|thank\b|add\b)\w+",
        r"\bforced to\b|\bmade me\b|\bon my own\b|\bshould(?:n't| not) (?:take|have to|be (?:this|so))",
    ),
    "idea_suggest": _family(
        r"\b(?:i|we)(?:'d| would)? (?:suggest|recommend|propose|advise)\b|\b(?:my )?suggestions?\b"
        r"|\bfeature request\b",
        r"\ban idea\b|\bgood idea\b|\broom for improvement\b|\bimprovements? (?:would|could)\b",
    ),
    "idea_would_be": _family(
        rf"\b(?:would|could|might|'d|will) (?:also |really |certainly )?be (?:so |very |really |even |much |a "
        rf"|an |more )*{_GOOD}",
        r"\bwould (?:really |also |greatly )?(?:help|benefit|save|love|like) (?:if|to (?:see|have)|more|an?"
        r"|the (?:ability|option))",
        rf"\bit'?d be {_GOOD}|\b(?:love|like|glad|nice|great|cool|happy) (?:it )?if (?:you|there|we|i|the)\b"
        rf"|\bmake sense to\b",
    ),
    "idea_should": _family(
        r"\b(?:there|they|you|we|it|users?|customers?|developers?|people|staff|one|everyone|app|store|system|company"
        r"|this|that|[a-z]+s) (?:really |also |definitely )?(?:should|ought to|needs? to|must)\b"
        r"(?! (?:have (?:been|told|arrived|received|known)|be (?:ashamed|here|home|proud|fine)))",
        r"\b(?:should|must) (?:be able|allow|provide|support|have an?|offer|be (?:an? )?(?:option|possible"
        r"|available|allowed))",
        r"\bneeds? (?:more|better|an?|some)\b|\b(?:is|are) needed\b",
    ),
    "idea_please": _family(
        rf"\b(?:please|pls|plz|kindly|can (?:you|we)(?: guys)?(?: please)?|could (?:you|we)) {_DO}\b"
    ),
    "idea_imperative": Phrases(
        rf"(?:^(?:@\w+\s+)*|[.!?:;\n]\s*|\band |\bjust |\binstead,? )[\"'(]?{_DO}\s+(?!(?:me|my|it|him|her|us) )\w",
        re.MULTILINE,
    ),
    "idea_wish": _family(
        r"\bwish\b(?! (?:i had|you|i'd never))|\bif only\b|\b(?:option|ability|possibility|way) (?:to|of|for)\b",
        r"\b(?:how|what) about\b|\bwhy (?:not|don'?t (?:you|they|we)|can'?t (?:we|you|i))\b|\bmaybe\b"
        r"|\bperhaps\b|\bideally\b",
        r"\binstead of\b|\brather than\b|\b(?:is|was) missing\b|\bonly thing\b|\bmissing (?:feature|is)\b"
        r"|\bnext time\b",
        r"\blook forward to|\bwould like (?:to (?:see|be able)|the (?:ability|option)|more)\b"
        r"|\bi want (?:to be able|an option)\b",
    ),
    "problem": _family(
        r"\b(?:does|do|did|is|was|are|were|has|have|will|would|ca|could|wo)(?: not|n'?t)\b",
        r"\b(?:can|could) ?not\b|\bnever\b|\bstill (?:no|not|waiting|haven'?t|hasn'?t|nothing)\b|\bno(?:body"
        r"| one|thing)\b",
        r"\b(?:broken?|wrong|missing|lost|late|delay(?:ed|s)?|cancel+ed|crash(?:es|ed|ing)?|stuck|fail(?:s|ed"
        r"|ing)?|error|damaged"
        r"|faulty|stopped|down|problem|issue|useless|overcharged|twice|refund|charged|refused|declined|ignored"
        r"|rude|dirty)\b",
        r"\b(?:supposed to|was promised|were promised|where(?:'s| is) my|how (?:is it possible|can you))\b"
        r"|\bwhy (?:is|are|does|do|did)\b",
    ),
    "churn": _family(
        r"\b(?:cancel(?:l?ing)?|close|closing|terminate|terminating|end|ending) (?:my|our|the|this|both|all)"
        r" (?:\w+ )?(?:contract|account|accounts|subscription|membership|policy|plan|line|service)\b",
        r"\b(?:switch(?:ing)?|mov(?:e|ing)|chang(?:e|ing)|go(?:ing)?) (?:\w+ ){0,4}?(?:to|provider|bank|insurer"
        r"|network)s? "
        r"(?:another|a different|a rival|the competition|somebody|someone|a competitor|your competitor)",
        r"\b(?:switch(?:ing)?|chang(?:e|ing)) (?:provider|bank|insurer|network|compan(?:y|ies)|supplier)s?\b",
        r"\b(?:tak(?:e|ing) (?:my|our) (?:business|money|custom) (?:elsewhere|somewhere))|\belsewhere\b"
        r"|\blost (?:a|my|our) customer",
        r"\b(?:last|final) (?:time|order|straw|flight|booking)\b|\bnever (?:again|(?:\w+ )?(?:fly|book|buy|shop"
        r"|order|use|come)\w*)\b",
        r"\b(?:won'?t|will not|not|never|don'?t want to|do not) (?:be )?(?:renew\w*|com(?:e|ing) back"
        r"|return(?:ing)?|sign(?:ing)? (?:another|again))\b",
        r"\b(?:thinking (?:about|of)|considering|consider) (?:leaving|switching|cancel+ing|moving)\b"
        r"|\bi'?m (?:leaving|gone|done|off|out)\b",
        r"\bother (?:suppliers|providers|companies|banks|insurers)\b|\b(?:transfer|porting|pac) code\b"
        r"|\bnotice period\b|\bcode to move\b",
        r"\b(?:better|cheaper) (?:offer|deal|price)s? (?:from|at|with)\b|\bget out of (?:this|my"
        r"|the) contract\b|\bor i(?:'m| am|'ll| will)? (?:go|leave|leaving)\b",
        r"\b(?:delet(?:e|ing)|uninstall(?:ed|ing)?) (?:the |your |my )?(?:app|account)\b|\bwant to (?:leave"
        r"|cancel)\b|\bcancel+ing\b",
    ),
    "purchase": _family(
        r"\b(?:like|want|wants|ready|how (?:do|can) i|where (?:can|do) i|can i|could i|need|looking|wish"
        r"|love) (?:to )?"
        r"(?:buy|order|purchase|upgrade|subscribe|sign up|book|reserve|pre-?order|add an?|open an?|get (?:a|the"
        r"|an|another|one))\b",
        r"\b(?:interested in|thinking of (?:buying|getting)|quote|quotation|make me an offer|in stock"
        r"|i'?ll take|i'?d take|sign me up)\b",
        r"\bhow much (?:is|are|does|would|for)\b|\bwhat (?:does|would|do) (?:\w+ ){1,4}cost\b|\bprice (?:of"
        r"|for)\b|\bwant a (?:new|second)\b",
        r"\b(?:i'?m|we'?re|i am|we are) (?:ordering|buying|upgrading|looking for)\b|\blooking (?:for"
        r"|at) (?:an? )?(?:new|bigger|two|upgrade|seats)\b",
        r"\b(?:order|subscription|insurance|licen[cs]es?) for (?:my|our)\b|\boffer (?:from|still|for)\b"
        r"|\bbigger (?:plan|data|package)\b",
    ),
    "asking": _family(
        r"\?",
        r"\b(?:how (?:do|can|long|much|many)|what (?:is|are|time|does)|when (?:is|will|does|can)|where|which"
        r"|can (?:i|you)"
        r"|could (?:i|you)|is (?:it|there)|do you|does|any idea)\b",
    ),
    "telling": _family(
        r"\b(?:i|we)(?:'d| would) like to\b",
        r"\bi (?:need|want) (?:to|a|an|my)\b",
        r"\bmy (?:order|account|booking|number)",
    ),
    "thanks": _family(
        r"\b(?:thanks?|thank you|thx|cheers|grateful|appreciate|well done|kudos|love|great|awesome|perfect)\b"
    ),
    "handle": _family(r"(?:^|\s)@\w+", r"#\w+"),
}


@functools.lru_cache(maxsize=256)  # every head of a text asks for the same
def cue_counts(text: str) -> NDArray[np.float64]:
    """Return log(1 + matches) of each family, in their order."""
    shown = text[:LONGEST].replace("’", "'")
    return np.log1p([family.count(shown) for family in FAMILIES.values()])


def evidence(text: str, families: tuple[str, ...]) -> tuple[int, int] | None:
    """Where the first match of the families stands in the text."""
    shown = text[:LONGEST].replace("’", "'")  # one character for one: places stay
    places = [found for name in families if (found := FAMILIES[name].first(shown))]
    return min(places) if places else None


def has_evidence(text: str, families: tuple[str, ...]) -> bool:
    """Whether any of the families matches: known already where a head has counted them."""
    counted = cue_counts(text)
    return any(counted[_PLACES[name]] for name in families)


_PLACES = {name: place for place, name in enumerate(FAMILIES)}
