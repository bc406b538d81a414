"""What decides who is competent: goods, shop, place and words of a matter, from a message or from a form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.complaints.reading.kinds import is_progress
from portal.complaints.reading.message import make_message
from portal.complaints.reading.places import Region, list_places
from portal.complaints.reading.told import Told, read_told

NOWHERE = Region()


@dataclass(frozen=True, slots=True)
class Matter:
    """``plain``: the folded words told. ``online``: platform, private or "". Texts are "" when not said."""

    plain: str
    said_on: date
    product_kind: str = ""
    seller: str = ""
    platform: str = ""
    online: str = ""
    place: str = ""
    region: Region = NOWHERE
    progress: bool = False


def matter_of(told: Told) -> Matter:
    """The matter of a message that was read."""
    cut = told.message.cut
    return Matter(
        plain=told.plain,
        said_on=told.message.said_on,
        product_kind=told.product.kind,
        seller=cut(told.seller.name) if told.seller.name else "",
        platform=cut(told.seller.platform) if told.seller.platform else "",
        online=told.seller.online,
        place=cut(told.place.span) if told.place else "",
        region=told.place.region if told.place else NOWHERE,
        progress=is_progress(told),
    )


def matter_of_fields(fields: Mapping[str, Any], said_on: date) -> Matter:
    """The matter of a form or draft: what was told in ``facts``, corrected by the fields the person looked over."""
    told = matter_of(read_told(make_message(str(fields.get("facts") or ""), said_on)))
    place = str(fields.get("seller_place") or told.place)
    places = list_places(make_message(place, said_on))
    region = next(
        (one.region for one in places if one.region != NOWHERE), told.region if place == told.place else Region()
    )
    platform = str(fields.get("platform") or told.platform)
    return replace(
        told,
        product_kind=str(fields.get("product_kind") or told.product_kind),
        seller=str(fields.get("seller") or told.seller),
        platform=platform,
        online=told.online or ("platform" if platform else ""),
        place=place,
        region=region,
    )
