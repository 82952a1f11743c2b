"""How people write and speak: a few slips of the finger, small letters, and the mood that chooses the words."""

from random import Random

ANGRY, ANNOYED, PLEASED = -0.55, -0.2, 0.35


def band(mood: float) -> str:
    """Return the section of common phrases for a mood."""
    if mood <= ANGRY:
        return "angry"
    if mood <= ANNOYED:
        return "annoyed"
    return "happy" if mood >= PLEASED else "calm"


def casual(draw: Random, text: str, chance: float) -> str:
    """Return the text as a person in a hurry types it, with this chance; mostly it stays as it is."""
    if draw.random() >= chance:
        return text
    way = draw.random()
    if way < 0.35:
        return text[:1].lower() + text[1:].replace(" I ", " i ").replace("I'm", "im").replace("can't", "cant")
    if way < 0.55:
        return text.replace("please", "pls").replace("Please", "Pls").replace("you ", "u ", 1)
    if way < 0.65:
        return text.rstrip(".") + _END[int(draw.random() * len(_END))]
    return _slip(draw, text)


_END = ("!!", "...", "??", " :(", " 😡", "!!!", " 🙄")


def _slip(draw: Random, text: str) -> str:
    """Swap or drop one letter inside a word; names are spared, since hardly anybody mistypes the own one."""
    words = text.split(" ")
    long = [number for number, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.islower()]
    if not long:
        return text
    number = long[int(draw.random() * len(long))]
    word, at = words[number], 1 + int(draw.random() * (len(words[number]) - 3))
    words[number] = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] if draw.random() < 0.6 else word[:at] + word[at + 1 :]
    )
    return " ".join(words)
