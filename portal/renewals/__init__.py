"""Renewals: when each certificate may be renewed, and telling its holder in time, once each."""
