"""The inside of a text: articles, their paragraphs and items, and the address that names any of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One 款 of an article. ``number`` counts from 1; ``items`` are its 项 in order, text with their own numbering."""

    number: int
    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One article of one version. ``article`` is 16 for 第十六条, ``sub`` is 1 for 第十六条之一.

    A text without articles is cut into numbered sections; then ``label`` is what the text prints
    (e.g. ``一、``) and ``article`` counts from 1. ``headings`` are the 编/章/节 above, outermost first.
    """

    id: str
    version_id: str
    article: int
    label: str
    text: str
    sub: int = 0
    headings: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where in a text: 第十六条之一第二款第（三）项第2目 is (16, 1, 2, 3, 2); 0 stands for the whole of what is above.

    ``item`` and ``point`` are the printed numbers. Outside the articles ``article`` is 0 and ``sub`` counts the
    attachments; in a text without articles ``article`` counts its sections (``Clause.label`` is what is printed).
    """

    article: int
    sub: int = 0
    paragraph: int = 0
    item: int = 0
    point: int = 0

    @property
    def anchor(self) -> str:
        """The same place as an HTML id, e.g. ``a16-1p2i3n2``."""
        parts = (("p", self.paragraph), ("i", self.item), ("n", self.point))
        return (
            f"a{self.article}"
            + (f"-{self.sub}" if self.sub else "")
            + "".join(f"{mark}{number}" for mark, number in parts if number)
        )


def clause_id_of(version_id: str, article: int, sub: int = 0) -> str:
    """The id of an article in a version, e.g. ``<version>:16`` or, for 第十六条之一, ``<version>:16-1``."""
    return f"{version_id}:{article}-{sub}" if sub else f"{version_id}:{article}"


__all__ = ["Address", "Clause", "Paragraph", "clause_id_of"]
