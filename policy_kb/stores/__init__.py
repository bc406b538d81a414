"""Where versions live and are searched: one contract, two stores behind it."""
