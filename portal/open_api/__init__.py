"""The open API: the whole life of an application from an enterprise's own system, with tokens that people make and revoke."""
