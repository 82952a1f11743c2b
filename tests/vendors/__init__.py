"""Vendors' APIs as their documentation describes them, on a real socket of this machine."""
