"""What the rules of the day require of a complaint and the message lacks; an identity is read strictly.

A report must only hold a concrete lead (办法 art. 28), and a question, harm told or danger now requires nothing.
"""

import re
from dataclasses import dataclass

from portal.complaints.reading.competence import Source, load_table, row_of
from portal.complaints.reading.told import Told

_RELATIVES = "妈妈?|娘|母亲|爸爸?|爹|父亲|老人|奶奶|爷爷|外婆|外公|姥姥|姥爷|婆婆|公公|岳父|岳母|老公|老婆|爱人|丈夫|妻子|朋友|同事|邻居|亲戚|家人|闺蜜|室友|同学|老师|领导|对象|男朋友|女朋友|阿姨|舅舅|姑姑|叔叔|姨妈|姐姐?|妹妹?|哥哥?|弟弟?"
_AGENT = re.compile(
    rf"(?:替|代|帮|代表)(?:我|俺|咱)?(?:的)?(?:{_RELATIVES})[^,。;]{{0,8}}(?:来|投诉|维权|反映|申诉|提)|委托(?:我|本人|俺)(?!买)|受[^,。]{{1,10}}委托|作为[^,。]{{1,8}}代理人|代理人[::]|on behalf of|authori[sz]ed me to|asked me to (?:write|complain|file|report)|for my (?:mother|father|neighbou?r|grand\w+)(?: to complain|,)",
    re.I,
)
# A site of one's own shows who runs it; a name in a chat does not.
_OWN_SITE = re.compile(r"小程序|官网|自建网站|独立站|公众号|own (?:web)?site|official (?:web)?site", re.I)
_SHORT = 18  # signs; below it no message of the development set tells what happened


@dataclass(frozen=True, slots=True)
class Lack:
    """``what``: name, phone, address, respondent_name, respondent_address, demand, facts, authorisation, agent_id."""

    what: str
    source: Source
    partial: bool = False


def list_lacking(told: Told, kinds: list[str]) -> list[Lack]:
    """What is missing, in the order of the rule; nothing when no part of the message is a complaint."""
    if not {"complaint", "both"} & set(kinds):
        return []
    row = row_of(load_table()["required"], told.message.said_on)
    assert row is not None  # the two rows cover every day
    sources = {part: Source(row["title"], place) for part, place in row["places"].items()}
    lacks = [*_of_writer(told, sources["writer"]), *_of_respondent(told, sources["respondent"])]
    if not told.demands:
        lacks.append(Lack("demand", sources["facts"]))
    if len(re.findall(r"\w", told.plain)) < _SHORT:
        lacks.append(Lack("facts", sources["facts"]))
    if _AGENT.search(told.plain):
        lacks += [Lack("authorisation", sources["agent"]), Lack("agent_id", sources["agent"])]
    return lacks


def _of_writer(told: Told, source: Source) -> list[Lack]:
    people = told.people
    lacks = []
    if people.name is None or people.name_partial:
        lacks.append(Lack("name", source, people.name_partial))
    if people.phone is None:
        lacks.append(Lack("phone", source))
    if people.address is None or people.address_partial:
        lacks.append(Lack("address", source, people.address_partial))
    return lacks


def _of_respondent(told: Told, source: Source) -> list[Lack]:
    seller, place = told.seller, told.place
    lacks = []
    if seller.name is None:
        lacks.append(Lack("respondent_name", source))
    elif seller.online == "private" and not _OWN_SITE.search(told.plain):
        lacks.append(Lack("respondent_name", source, partial=True))
    if place is not None and place.below:
        return lacks
    partial = place is not None or (seller.online == "platform" and seller.platform is not None)
    return [*lacks, Lack("respondent_address", source, partial)]
