"""Zendesk: tickets, their comments, metrics and ratings, and Talk calls, as its API and its warehouses write them."""

from contactcenter.sources.zendesk.source import Zendesk

__all__ = ["Zendesk"]
