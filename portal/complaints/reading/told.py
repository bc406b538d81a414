"""Everything read from one message, before its kind and the competent authority are decided."""

from dataclasses import dataclass
from datetime import date

from portal.complaints.reading.days import read_day
from portal.complaints.reading.demands import read_demands
from portal.complaints.reading.harms import read_harm
from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.money import read_price
from portal.complaints.reading.numbers import read_numbers
from portal.complaints.reading.people import People, is_home, is_others_home, read_people
from portal.complaints.reading.places import Place, list_places
from portal.complaints.reading.products import Product, read_product
from portal.complaints.reading.sellers import Seller, read_seller
from portal.complaints.reading.tagged import read_tags
from portal.complaints.reading.weighed import weigh_harm, weigh_product, weigh_seller


@dataclass(frozen=True, slots=True)
class Told:
    """What the topics found; spans point into ``message.plain``."""

    message: Message
    numbers: dict[str, Span]
    people: People
    seller: Seller
    place: Place | None
    product: Product
    price: tuple[float, Span] | None
    day: tuple[date, Span] | None
    harm: Span | None
    demands: dict[str, Span]

    @property
    def plain(self) -> str:
        return self.message.plain


def read_told(message: Message) -> Told:
    """Numbers first (they hide what looks like phones and sums), then people and places, then shop and goods."""
    numbers = read_numbers(message)
    places = list_places(message)
    people = read_people(message, places, list(numbers.values()))
    tags = read_tags(message, _known(numbers, places, people))
    shops = [p for p in places if not _is_own(message, p, people) and not is_others_home(message, p)]
    seller = weigh_seller(message, tags, read_seller(message, shops))
    place = _place_of(message, seller, shops)
    taken = [span for span in (seller.name, seller.platform, place and place.span, people.name, people.address) if span]
    taken += numbers.values()
    product = weigh_product(message, tags, read_product(message, numbers, taken), taken, numbers)
    named = [span for span in (product.name, product.brand, seller.name) if span]
    day = read_day(message, [span for span in (people.address, place and place.span) if span])
    figures = [*numbers.values(), *people.phones, *([day[1]] if day else [])]
    named += [span for span in (place and place.span,) if span]
    return Told(
        message, numbers, people, seller, place, product, read_price(message, figures), day,
        weigh_harm(message, tags, read_harm(message, named), named), read_demands(message),
    )  # fmt: skip


def known_spans(message: Message) -> dict[str, list[Span]]:
    """What a message holds for sure, whatever else is told: places, numbers, people."""
    numbers = read_numbers(message)
    places = list_places(message)
    return _known(numbers, places, read_people(message, places, list(numbers.values())))


def _known(numbers: dict[str, Span], places: list[Place], people: People) -> dict[str, list[Span]]:
    persons = [span for span in (people.name, people.address) if span]
    return {
        "place": [one.span for one in places], "number": list(numbers.values()), "person": persons, "phone": list(people.phones),
    }  # fmt: skip


def _is_own(message: Message, place: Place, people: People) -> bool:
    own = people.address
    return is_home(message, place, people.phone or people.email) or bool(own and own[0] <= place.span[0] < own[1])


def _place_of(message: Message, seller: Seller, places: list[Place]) -> Place | None:
    """The place beside the shop's name; else the fullest one that is said."""
    if not places:
        return None
    if seller.name is None:
        return max(places, key=lambda place: (place.below, bool(place.region.county), -place.span[0]))
    start, end = seller.name
    outside = [
        place for place in places if not start <= place.span[0] < end
    ]  # 惠邻超市无锡店 names a city, not where it is
    return min(outside or places, key=lambda place: (_gap(place.span, (start, end)), place.span[0]))


def _gap(place: Span, name: Span) -> int:
    return name[0] - place[1] if place[1] <= name[0] else max(0, place[0] - name[1]) + 1
