"""What is known to be true of the words of a story, because the simulation put it there."""

from collections.abc import Mapping

STORY_CONCEPTS: Mapping[str, str] = {
    "hero": "the main character, by name or noun phrase",
    "friend": "the second character, by name or noun phrase",
    "elder": "the grown-up or older animal, by name or noun phrase",
    "creature": "the animal that is met, by noun phrase",
    "pronoun for hero": "he, she, him, her, his … where it means the hero",
    "pronoun for friend": "the same for the friend",
    "pronoun for elder": "the same for the elder",
    "pronoun for creature": "the same for the animal that is met",
    "pronoun for a pair": "they, them, their where it means two characters of the story",
    "wanted thing": "the object that the story is about, by noun phrase",
    "pronoun for wanted thing": "it, where it means that object",
    "place": "where the story happens",
    "feeling word": "an adjective or verb for what a character feels",
    "trait word": "an adjective for what a character is like",
    "direct speech": "words between quotation marks, with the marks",
    "speech verb": "said, asked, shouted …",
    "time phrase": "when something happens: one day, after a while …",
    "weather": "what the sky is doing",
    "reason clause": "because …",
    "opening formula": "once upon a time …",
    "ending formula": "the end; they lived happily ever after …",
    "moral": "what is learned from the story",
}
