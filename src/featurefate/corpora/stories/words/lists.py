"""All lists of phrases, by name."""

from featurefate.corpora.stories.words.doings import DOINGS
from featurefate.corpora.stories.words.feelings import FEELINGS
from featurefate.corpora.stories.words.morals import MORALS
from featurefate.corpora.stories.words.phrases import Phrases, lists_of
from featurefate.corpora.stories.words.scenery import SCENERY
from featurefate.corpora.stories.words.things import THINGS

LISTS: dict[str, Phrases] = {
    name: phrases
    for text in (FEELINGS, DOINGS, SCENERY, THINGS, MORALS)
    for name, phrases in lists_of(text).items()
}
