# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""What characters feel, how it shows, and how they speak then; and what they are like."""

from collections.abc import Mapping

FEELINGS = """
== happy (feeling word)
happy*40, glad*5, joyful, cheerful, full of joy*2, delighted, pleased, thrilled, content
== sad (feeling word)
sad*30, upset*4, unhappy*2, disappointed*2, miserable, heartbroken, gloomy
== angry (feeling word)
angry*10, mad*6, furious, cross, annoyed, upset*2
== scared (feeling word)
scared*20, afraid*6, frightened*3, terrified, nervous*3
== worried (feeling word)
worried*6, nervous*2, anxious, troubled, uneasy, unsure
== sorry (feeling word)
sorry*8, ashamed*3, guilty*2, embarrassed*3, bad*3, terrible
== surprised (feeling word)
surprised*14, amazed*5, shocked*3, confused*3, puzzled, astonished
== excited (feeling word)
excited*14, eager*2, curious*3, thrilled, full of energy
== proud (feeling word)
proud*12, brave*2, strong*2, like a hero, pleased
== tired (feeling word)
tired*12, sleepy*5, exhausted, weak, worn out
== lonely (feeling word)
lonely*8, sad*3, bored*4, alone*2, left out
== jealous (feeling word)
jealous*5, envious*3, angry*2, upset, grumpy
== calm (feeling word)
calm*3, peaceful*3, safe*4, better*4, relaxed
== grateful (feeling word)
grateful*6, thankful*3, happy*6, relieved*4, glad*4
== kind (trait word)
kind*5, so kind*2, very kind*2, a good friend*4, the best, so nice*2, a hero*2
== brave word (trait word)
brave*6, smart*5, strong*3, kind*5, clever*3, good*4, helpful*2
== different (trait word)
different*3, too small*3, new, too slow, not like them, very big, too shy, a little strange
== gesture happy
smile*30, laugh*8, nod*3, jump up and down, clap*2, giggle*3, grin*2, cheer, beam
== gesture sad
cry*6, sigh*5, look down*4, sob*2, frown*2, wipe away a tear, sniff
== gesture angry
frown*4, stamp on the ground, yell*2, turn red, make a face, cross both arms, growl, shout*2
== gesture scared
shake*3, tremble*3, step back*2, gasp*2, cry*2, look around*2, swallow hard, shiver
== gesture worried
look around*3, frown*2, sigh*2, think for a moment*3, stop*2, bite one lip
== gesture sorry
look down*6, sigh*3, cry*2, nod sadly, blush*2, sniff
== gesture surprised
gasp*4, look closer*2, stare*2, blink*3, stop*2, look up*4, jump
== gesture excited
jump up and down*3, clap*4, laugh*3, smile*6, point*3, run over*2, look up*2
== gesture proud
smile*10, stand up tall, grin*2, nod*2, laugh*2, bow, beam
== gesture tired
yawn*6, sigh*3, sit down*4, stretch, rub both eyes
== gesture lonely
sigh*4, look up*3, look down*3, sniff
== gesture jealous
frown*4, turn away*2, make a face*2, cross both arms
== gesture grateful
smile*12, nod*3, laugh*3, bow, wipe away a tear
== gesture calm
smile*24, nod*10, think for a moment*8, laugh*3, look up*3, come closer*2, turn around*2, wave*2, agree*2, listen*1, stop*1
== utter happy
say*10, cheer, shout*2, laugh, exclaim*2, call*2, reply
== utter sad
cry*4, say*4, sob*2, whisper*2, sigh, reply
== utter angry
shout*6, yell*4, say*3, scream*2, snap, growl, demand
== utter scared
cry*4, whisper*4, shout*2, scream*2, say*3, gasp, squeak
== utter worried
say*4, cry, whisper*2, call*2, warn
== utter sorry
say*6, whisper*3, reply*2, cry*2, mumble, admit
== utter surprised
exclaim*4, say*5, shout*3, gasp*2, cry*2, wonder
== utter excited
shout*5, say*6, exclaim*4, call*2, cheer, yell
== utter proud
say*6, exclaim*2, shout*2, announce, laugh
== utter tired
say*4, whisper, mumble, sigh, yawn
== utter lonely
say*4, whisper*2, sigh
== utter jealous
say*3, shout*2, snap, mutter
== utter grateful
say*8, whisper, cry*2, reply*2, shout
== utter calm
say*10, reply*4, answer*2, call*2
"""

_NATURES = """
gentle: kind gentle caring sweet helpful generous friendly polite loving honest patient compassionate
bold: brave curious adventurous strong fearless energetic lively active daring eager independent determined
timid: shy quiet careful nervous timid sleepy lonely obedient modest calm humble sensitive
difficult: selfish grumpy bossy lazy stubborn greedy rude mean impatient careless naughty jealous
merry: happy cheerful funny silly playful jolly joyful lucky clumsy messy charming creative
clever: clever smart wise bright thoughtful intelligent sensible organized loyal dependable reliable gifted
"""  # nature: traits, equally many each

NATURES: Mapping[str, tuple[str, ...]] = {
    nature: tuple(traits.split())
    for nature, traits in (line.split(": ") for line in _NATURES.strip().splitlines())
}

TRAITS: tuple[tuple[str, str], ...] = tuple(
    (trait, nature) for nature, traits in NATURES.items() for trait in traits
)
