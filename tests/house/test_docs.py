"""The pages in docs/ say what the code does."""

import re
from pathlib import Path

import pytest

from cxhub.reference import PAGES

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\)")


@pytest.mark.parametrize("name", PAGES)
def test_the_generated_page_is_current(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run 'python3 manage.py docs'"


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [
        link
        for link, _ in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).resolve().exists()
    ]
    assert broken == []
