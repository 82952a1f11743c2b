"""Zendesk: tickets, their comments, metrics and ratings, and Talk calls, as its API and its warehouses write them."""

from contactcenter.sources.zendesk.source import Zendesk
from contactcenter.sources.zendesk.warehouse import ZendeskWarehouse

__all__ = ["Zendesk", "ZendeskWarehouse"]
