"""The browser's files: one place for colours, nothing copied in, and names that change with the content."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

STATIC = Path(settings.BASE_DIR) / "static"
SHEETS = sorted(path for path in (STATIC / "css").glob("*.css") if path.name != "tokens.css")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_only_the_tokens_hold_a_colour(sheet: Path) -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", sheet.read_text())


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_token_that_is_used_is_defined(sheet: Path) -> None:
    defined = set(
        re.findall(r"(--[a-z0-9-]+)\s*:", "".join(path.read_text() for path in (STATIC / "css").glob("*.css")))
    )
    assert set(re.findall(r"var\((--[a-z0-9-]+)", sheet.read_text())) <= defined


def test_plotly_comes_out_of_the_installed_package() -> None:
    found = finders.find("plotly/plotly.min.js")
    assert found is not None
    assert "site-packages" in found
    assert not list(STATIC.rglob("*plotly*"))


def test_nothing_else_of_that_package_is_collected() -> None:
    collected = [name for finder in finders.get_finders() for name, storage in finder.list([]) if "plotly" in name]
    assert collected == ["plotly.min.js"]


def _light_and_dark() -> dict[str, tuple[str, str]]:
    tokens = (STATIC / "css" / "tokens.css").read_text()
    pairs = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", tokens)
    return {name: (light, dark) for name, light, dark in pairs}


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "least"),
    [("ink", 7), ("ink-2", 7), ("ink-3", 4.5), ("surveys", 4.5), ("contacts", 4.5), ("better", 4.5), ("worse", 4.5)],
)
def test_ink_stands_out_from_every_paper(theme: int, ink: str, least: float) -> None:
    tokens = _light_and_dark()
    for paper in ("paper", "surface", "sunken"):
        bright, dim = sorted((_luminance(tokens[ink][theme]), _luminance(tokens[paper][theme])), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= least, paper
