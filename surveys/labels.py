"""Scales that are answered in words, in English and German: what each step is called."""

from dataclasses import dataclass

from insights.intake.record import Measure


@dataclass(frozen=True, slots=True)
class Scale:
    """What a question measures and between which ends."""

    measure: Measure
    minimum: float
    maximum: float
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Labels:
    """A scale that is answered in words: per step, from the lowest, the words that mean it."""

    scale: Scale
    steps: tuple[frozenset[str], ...]

    def value(self, label: str) -> float | None:
        """Return the step that a label means, 1 for the lowest."""
        said = plain_label(label)
        return next((float(place) for place, words in enumerate(self.steps, start=1) if said in words), None)


def plain_label(label: str) -> str:
    """Return a label as we compare it: no case, no typographic signs, single spaces."""
    return " ".join(label.lower().replace("’", "'").replace("\u00a0", " ").strip(" .!*").split())


def _labels(measure: Measure, *steps: str) -> Labels:
    return Labels(Scale(measure, 1, len(steps)), tuple(frozenset(step.split("|")) for step in steps))


_NEITHER = "neither satisfied nor dissatisfied|neither satisfied or dissatisfied|neutral|neither|ok|okay"
_WEDER = "weder zufrieden noch unzufrieden|weder noch|teils/teils|teils teils|teils, teils|teils-teils|neutral"
_NEITHER_EASY = "neither easy nor difficult|neither difficult nor easy|neutral|neither"
_WEDER_EINFACH = (
    "weder einfach noch schwierig|weder leicht noch schwer|weder einfach noch schwer|weder noch|neutral|teils/teils"
)
_NEITHER_AGREE = "neither agree nor disagree|neither disagree nor agree|neutral|neither|undecided"
_WEDER_ZU = "weder noch|neutral|teils/teils|teils teils|unentschieden|weder zustimmung noch ablehnung"
# From the lowest step to the highest; in the order in which they are preferred when what was seen fits several.
# Within a step stand other words for the same degree only: "disagree" and "somewhat disagree" are two manners of
# asking, and where both were seen they are two steps.
_SATISFACTION = (
    _labels(
        "CSAT",
        "extremely dissatisfied",
        "somewhat dissatisfied",
        _NEITHER,
        "somewhat satisfied",
        "extremely satisfied",
    ),
    _labels(
        "CSAT",
        "very dissatisfied|very unsatisfied",
        "somewhat dissatisfied|somewhat unsatisfied",
        _NEITHER,
        "somewhat satisfied",
        "very satisfied",
    ),
    _labels(
        "CSAT",
        "very dissatisfied|very unsatisfied",
        "dissatisfied|unsatisfied",
        _NEITHER,
        "satisfied",
        "very satisfied",
    ),
    _labels(
        "CSAT",
        "completely dissatisfied",
        "mostly dissatisfied|somewhat dissatisfied",
        _NEITHER,
        "mostly satisfied|somewhat satisfied",
        "completely satisfied",
    ),
    _labels(
        "CSAT",
        "not at all satisfied|not satisfied at all",
        "slightly satisfied|not so satisfied|not very satisfied",
        "moderately satisfied|somewhat satisfied",
        "very satisfied",
        "extremely satisfied|completely satisfied",
    ),
    _labels(
        "CSAT",
        "extremely dissatisfied|very dissatisfied",
        "moderately dissatisfied|dissatisfied",
        "slightly dissatisfied|somewhat dissatisfied",
        _NEITHER,
        "slightly satisfied|somewhat satisfied",
        "moderately satisfied|satisfied",
        "extremely satisfied|very satisfied",
    ),
    _labels(
        "CSAT",
        "extremely dissatisfied",
        "very dissatisfied",
        "somewhat dissatisfied|slightly dissatisfied",
        _NEITHER,
        "somewhat satisfied|slightly satisfied",
        "very satisfied",
        "extremely satisfied",
    ),
    _labels(
        "CSAT",
        "äußerst unzufrieden|extrem unzufrieden|ausgesprochen unzufrieden|sehr unzufrieden",
        "eher unzufrieden|ziemlich unzufrieden",
        _WEDER,
        "eher zufrieden|ziemlich zufrieden",
        "äußerst zufrieden|extrem zufrieden|ausgesprochen zufrieden|sehr zufrieden",
    ),
    _labels(
        "CSAT",
        "äußerst unzufrieden|extrem unzufrieden|ausgesprochen unzufrieden|sehr unzufrieden",
        "unzufrieden",
        _WEDER,
        "zufrieden",
        "äußerst zufrieden|extrem zufrieden|ausgesprochen zufrieden|sehr zufrieden",
    ),
    _labels(
        "CSAT",
        "äußerst unzufrieden|extrem unzufrieden|sehr unzufrieden",
        "mäßig unzufrieden|unzufrieden",
        "etwas unzufrieden|eher unzufrieden",
        _WEDER,
        "etwas zufrieden|eher zufrieden",
        "mäßig zufrieden|zufrieden",
        "äußerst zufrieden|extrem zufrieden|sehr zufrieden",
    ),
    _labels(
        "CSAT",
        "überhaupt nicht zufrieden|gar nicht zufrieden",
        "wenig zufrieden|nicht sehr zufrieden|kaum zufrieden",
        "mittelmäßig zufrieden|mäßig zufrieden|einigermaßen zufrieden",
        "sehr zufrieden|ziemlich zufrieden",
        "äußerst zufrieden|extrem zufrieden|vollkommen zufrieden",
    ),
)
_EFFORT = (
    _labels(
        "CES",
        "extremely difficult",
        "moderately difficult",
        "slightly difficult",
        _NEITHER_EASY,
        "slightly easy",
        "moderately easy",
        "extremely easy",
    ),
    _labels(
        "CES",
        "extremely difficult|very difficult",
        "somewhat difficult",
        _NEITHER_EASY,
        "somewhat easy",
        "extremely easy|very easy",
    ),
    _labels(
        "CES", "extremely difficult|very difficult", "difficult", _NEITHER_EASY, "easy", "extremely easy|very easy"
    ),
    _labels(
        "CES",
        "very difficult",
        "difficult",
        "somewhat difficult",
        _NEITHER_EASY,
        "somewhat easy",
        "easy",
        "very easy",
    ),
    _labels(
        "CES",
        "äußerst schwierig|extrem schwierig",
        "mäßig schwierig",
        "etwas schwierig",
        _WEDER_EINFACH,
        "etwas einfach",
        "mäßig einfach",
        "äußerst einfach|extrem einfach",
    ),
    _labels(
        "CES",
        "äußerst schwierig|extrem schwierig|sehr schwierig|sehr schwer",
        "eher schwierig|eher schwer|etwas schwierig",
        _WEDER_EINFACH,
        "eher einfach|eher leicht|etwas einfach",
        "äußerst einfach|extrem einfach|sehr einfach|sehr leicht",
    ),
    _labels(
        "CES",
        "äußerst schwierig|extrem schwierig|sehr schwierig|sehr schwer",
        "schwierig|schwer",
        _WEDER_EINFACH,
        "einfach|leicht",
        "äußerst einfach|extrem einfach|sehr einfach|sehr leicht",
    ),
    _labels(
        "CES",
        "äußerst schwierig|extrem schwierig|sehr schwierig|sehr schwer",
        "schwierig|schwer",
        "eher schwierig|eher schwer|etwas schwierig",
        _WEDER_EINFACH,
        "eher einfach|eher leicht|etwas einfach",
        "einfach|leicht",
        "äußerst einfach|extrem einfach|sehr einfach|sehr leicht",
    ),
)
_GAR_NICHT = (
    "stimme überhaupt nicht zu|stimme gar nicht zu|trifft überhaupt nicht zu|trifft gar nicht zu|lehne völlig ab"
)
_VOLL = (
    "stimme voll und ganz zu|stimme völlig zu|stimme voll zu|stimme vollkommen zu|trifft voll und ganz zu|"
    "trifft voll zu|trifft völlig zu"
)
_NICHT, _EHER_NICHT = (
    "stimme nicht zu|trifft nicht zu|lehne ab",
    "stimme eher nicht zu|trifft eher nicht zu|lehne eher ab",
)
_EHER, _ZU = "stimme eher zu|trifft eher zu", "stimme zu|trifft zu"
AGREEMENT = (  # a measure of effort only where the question says that something was easy
    _labels("CES", "strongly disagree", "somewhat disagree", _NEITHER_AGREE, "somewhat agree", "strongly agree"),
    _labels("CES", "strongly disagree", "disagree", _NEITHER_AGREE, "agree", "strongly agree"),
    _labels(
        "CES",
        "strongly disagree|completely disagree",
        "disagree|mostly disagree",
        "somewhat disagree|slightly disagree",
        _NEITHER_AGREE,
        "somewhat agree|slightly agree",
        "agree|mostly agree",
        "strongly agree|completely agree",
    ),
    _labels("CES", _GAR_NICHT, _EHER_NICHT, _WEDER_ZU, _EHER, _VOLL),
    _labels("CES", _GAR_NICHT, _NICHT, _WEDER_ZU, _ZU, _VOLL),
    _labels("CES", _NICHT, _EHER_NICHT, _WEDER_ZU, _EHER, _ZU),
    _labels("CES", _GAR_NICHT, _NICHT, _EHER_NICHT, _WEDER_ZU, _EHER, _ZU, _VOLL),
)
FAMILIES = _SATISFACTION + _EFFORT
