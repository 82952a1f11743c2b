"""Step: which language a text is in, among those a service company meets; blank where it cannot be told."""

import functools
from collections.abc import Sequence
from dataclasses import replace

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from insights.enrichment.reading import Finding, Reading

NAME = "language"
VERSION = "langid-0.4-1"
# fewer languages, fewer mistakes: among 24 instead of 142 a short comment has far fewer neighbours to be taken for
LANGUAGES = frozenset(
    {"ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu"}
    | {"it", "ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "zh"}
)
FEWEST_LETTERS = 12  # below this the source's word counts for more than letters
FEWEST_DENSE_LETTERS = 3  # Chinese, Japanese and Korean say more with each
SURE = 0.9  # from here the text is believed against its source
LEAST = 0.5  # below, the identifier is guessing


def version() -> str:
    """What read it."""
    return VERSION


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add language and confidence to each finding; the same text always gets the same."""
    found = []
    for reading, finding in zip(readings, findings, strict=True):
        language, confidence = _language(reading)
        found.append(replace(finding, language=language, language_confidence=confidence))
    return found


def identify(text: str) -> tuple[str, float]:
    """Return the most probable language of LANGUAGES and its probability."""
    language, probability = _identifier().classify(text)
    return str(language), round(float(probability), 4)


@functools.cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(LANGUAGES))
    return identifier


def _language(reading: Reading) -> tuple[str, float | None]:
    """Weigh letters against the source's declaration."""
    declared = reading.declared_language
    letters = _letters(reading.text)
    if not any(letters):
        return "", None
    language, confidence = identify(reading.text if not reading.text.isupper() else reading.text.lower())
    long_enough = letters[0] >= FEWEST_LETTERS or letters[1] >= FEWEST_DENSE_LETTERS
    if declared and declared != language and not (long_enough and confidence >= SURE):
        return declared, None
    if long_enough and confidence >= LEAST:
        return language, confidence
    return declared, None


def _letters(text: str) -> tuple[int, int]:
    """How many letters, and how many of them from dense scripts."""
    letters = [character for character in text[:400] if character.isalpha()]
    return len(letters), sum(1 for letter in letters if letter >= "\u3040")
