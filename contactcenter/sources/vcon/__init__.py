"""vCon: the IETF's container for conversations, in all versions there have been."""

from contactcenter.sources.vcon.source import Vcon

__all__ = ["Vcon"]
