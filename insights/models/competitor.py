"""Names of companies and products that people keep, as no model knows them: our own, and whom we compete with."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

SHORTEST_NAME = 2  # characters; one letter would be found everywhere


class KeptName(models.Model):
    """A name that people keep, and how customers write it."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=100)
    aliases = models.TextField(blank=True, help_text="Other ways to write it, one a line.")
    is_active = models.BooleanField(default=True, help_text="Whether texts are searched for it.")

    class Meta:
        abstract = True
        ordering = ("name",)
        constraints = [models.UniqueConstraint(Lower("name"), name="%(class)s_once")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse names that would be found everywhere."""
        short = [name for name in self.names() if len(name) < SHORTEST_NAME or not any(map(str.isalnum, name))]
        if short or not self.names():
            raise ValidationError("A name needs at least two characters, one of them a letter or a digit.")

    def names(self) -> list[str]:
        """The name and its aliases, trimmed, each once, in the order given."""
        written = [self.name, *self.aliases.splitlines()]
        return list(dict.fromkeys(name.strip() for name in written if name.strip()))


class Competitor(KeptName):
    """Another company, and how customers write it."""


class OwnName(KeptName):
    """A brand or product of ours, and how customers write it: never the name of a person."""

    class Meta(KeptName.Meta):
        verbose_name = "own brand or product"
        verbose_name_plural = "own brands and products"
