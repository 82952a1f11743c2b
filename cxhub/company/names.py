"""Made-up people and numbers that belong to nobody: names, telephone numbers for fiction, test accounts."""

from functools import cache
from pathlib import Path

LISTS = Path(__file__).with_name("lists.txt")


@cache
def listed(title: str) -> tuple[str, ...]:
    """Return the words under a title of lists.txt. Raises KeyError when there is no such title."""
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for line in LISTS.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            here = found[line[3:]] = []
        else:
            here += [word.strip() for word in line.split(",") if word.strip()]
    return tuple(found[title])


FIRST_NAMES, LAST_NAMES, AGENT_NAMES = listed("first names"), listed("last names"), listed("agents")
CITIES, STREETS = listed("cities"), listed("streets")

_FICTION = (  # the regulator keeps these blocks of a thousand numbers free for films and books
    "+493023125{:03d}",
    "+496990009{:03d}",
    "+494066969{:03d}",
    "+492214710{:03d}",
    "+498999998{:03d}",
)
TEST_IBANS = ("DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606")


def telephone(number: int) -> str:
    """Return the telephone number reserved for fiction with this number, or "" when they are used up."""
    block, within = divmod(number, 1000)
    return _FICTION[block].format(within) if block < len(_FICTION) else ""


def spoken_telephone(number: int) -> str:
    """Return a telephone number the way people write it."""
    plain = telephone(number % 5000)
    local = "0" + plain[3:]
    return (plain, f"{local[:3]} {local[3:]}", f"{local[:3]}/{local[3:8]} {local[8:]}")[number % 3]
