"""The catalogue as people see it now: what is shipped, the curators' overlay over it, the portal's forms on it."""

import json
from collections.abc import Mapping
from typing import Any

from policy_kb.catalogue import Catalogue, load_catalogue
from policy_kb.errors import StoreUnavailable
from policy_kb.moment import Moment


class PublishedCatalogue:
    """Loaded again only when the overlay changes. ``trial`` stands in its place: a catalogue with unpublished changes."""

    def __init__(self, moment: Moment, trial: Catalogue | None = None) -> None:
        self._moment = moment
        self._trial = trial
        self._forms: Mapping[str, str] = {}
        self._loaded: tuple[str, Catalogue] | None = None  # the overlay's text, and the catalogue with it

    def current(self) -> Catalogue:
        """With the overlay last published; while the store is away the one seen last, at first the shipped catalogue."""
        if self._trial is not None:
            return self._trial
        try:
            text = self._moment.overlay()
        except StoreUnavailable:
            text = self._loaded[0] if self._loaded else ""
        if self._loaded is None or self._loaded[0] != text:
            self._loaded = (text, self.with_overlay(json.loads(text) if text else {}))
        return self._loaded[1]

    def with_overlay(self, overlay: dict[str, Any]) -> Catalogue:
        """The shipped catalogue with this overlay and the portal's forms. CatalogueError when it breaks the schema."""
        return load_catalogue(overlay or None).with_forms(self._forms)

    def offer_forms(self, forms: Mapping[str, str]) -> None:
        """Variants (``A11/renew``) that have an online form, with its id."""
        self._forms, self._loaded = forms, None


__all__ = ["PublishedCatalogue"]
