"""The few errors of the policy base. Each message says what to do next."""


class PolicyBaseError(Exception):
    """Base of all; a caller that can say nothing better shows its text."""


class UnknownDocument(PolicyBaseError):
    """No such document, version or clause; the text names what was asked for."""


class UnreadableText(PolicyBaseError):
    """A file that cannot be taken as a legal text; the text says why and where."""


class StoreUnavailable(PolicyBaseError):
    """The index cannot be reached now. Never shown as an empty result."""


class StoreRefused(StoreUnavailable):
    """The index was reached and refused documents; the text names each. What was there before is still there."""


class CatalogueError(PolicyBaseError):
    """A catalogue file breaks its schema; the text names file and field."""
