"""For whom an answer is made. The engine adds a viewer's limits; nothing a request says can widen them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """What one person may see. `only` narrows every question: {dimension: allowed values}; empty means everything."""

    may_read_rows: bool = False
    may_see_agents: bool = False
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def scope_key(self) -> str:
        """A text that is equal for viewers who see the same, for the cache."""
        limits = ";".join(f"{name}={','.join(sorted(values))}" for name, values in sorted(self.only.items()))
        return f"rows={self.may_read_rows:d};agents={self.may_see_agents:d};{limits}"


EVERYTHING = Viewer(may_read_rows=True, may_see_agents=True)
