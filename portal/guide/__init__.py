"""Which licence do I need, on pages: one question a page; everything that is known stands in the address."""
