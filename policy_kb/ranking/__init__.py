"""The right article first: candidates, what speaks for each, and a model that has learned how much each sign is worth.

A question is read once (``collection``), its candidates are gathered from words, characters, topics and past questions,
every sign becomes a number (``collection`` for what the texts say, ``experience`` for what past questions teach), and
LambdaMART puts them in order (``lambdamart``). ``training`` keeps what is learned from questions away from them.
"""

from policy_kb.ranking.collection import Article, Collection
from policy_kb.ranking.experience import Experience, Pairs
from policy_kb.ranking.lambdamart import Model, Recipe
from policy_kb.ranking.search import Ranker, train

__all__ = ["Article", "Collection", "Experience", "Model", "Pairs", "Ranker", "Recipe", "train"]
