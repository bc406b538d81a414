"""One line for every read or change of a record."""
