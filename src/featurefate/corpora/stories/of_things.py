"""Plots about things: lost, wanted by two, made, and grown."""

from featurefate.corpora.stories import words as lexicon
from featurefate.corpora.stories.telling import Teller, with_article


def out_of_reach(t: Teller) -> None:
    """Something loved gets stuck; force fails; a friend and a tool help."""
    hero, friend = t.world.hero, t.world.friend
    toy = f"{t.rng.choice(lexicon.LOOKS)} {t.rng.choice(lexicon.TOYS)}"
    thing = toy.split(" ", 1)[1]
    spot, tool = t.rng.choice(lexicon.HIGH_SPOTS), t.rng.choice(lexicon.TOOLS)
    t.say(
        f"{hero.pronoun} had {with_article(toy)} that {hero.pronoun} took everywhere.",
        f"{hero.their} favorite thing was {with_article(toy)}.",
        f"For {hero.their} birthday {hero.pronoun} got {with_article(toy)}.",
    )
    t.paragraph()
    t.scene()
    t.say(
        f"But then the wind took the {thing}, and it landed {spot}.",
        f"Suddenly the {thing} slipped away and got stuck {spot}.",
        f"A naughty crow stole the {thing} and dropped it {spot}.",
        f"{hero.name} tripped, and the {thing} ended up {spot}.",
    )
    t.feels(hero, t.rng.choice(("sad", "worried", "angry")))
    t.speaks(hero, f"My {thing}! How can I get it back?", f"Oh no, I want my {thing}!")
    tries = t.rng.sample(
        (
            f"{hero.name} jumped as high as {hero.pronoun} could, but it was too far.",
            f"{hero.name} pulled and pulled, but nothing moved.",
            f"{hero.name} threw a small stone at it and missed.",
            f"{hero.name} waited for the wind to bring it back, but the wind did not.",
            f"{hero.name} tried to climb and slid down again.",
            f"{hero.name} called for it, as if it could hear.",
        ),
        t.rng.choice((1, 2)),
    )
    for attempt in tries:
        t.say(attempt)
    t.paragraph()
    t.meets(friend)
    t.speaks(friend, "What is wrong?", f"Why are you so {hero.feeling}?", "Can I help you?")
    t.say(
        f"{hero.name} told {friend.them} what had happened.",
        f"{hero.name} pointed at the {thing}.",
    )
    if friend.trait in ("lazy", "greedy", "proud"):
        t.speaks(friend, "Why should I help you?", "I am too busy.", "It is not my problem.")
        t.say(
            f"But then {friend.name} saw how {hero.feeling} {hero.name} was and came back.",
            f"Then {friend.name} remembered how {hero.name} had once helped {friend.them}.",
        )
    t.say(
        f"{friend.name} went to get {tool}.",
        f'"Let us use {tool}," said {friend.name}.',
        f"{friend.name} had an idea and came back with {tool}.",
    )
    t.say(
        f"Together they got the {thing} back.",
        f"They worked together, and soon the {thing} was free.",
        f"One held on, the other pushed, and down came the {thing}.",
    )
    t.feels(hero, "happy")
    t.speaks(hero, f"Thank you, {friend.name}!", "You are a true friend!", "We did it!")
    t.maybe(0.6, f"To say thank you, {hero.name} gave {friend.name} {t.rng.choice(lexicon.GIFTS)}.")
    t.moral(
        "two can do what one cannot",
        "it is good to ask for help",
        "a friend is worth more than a toy",
        "thinking is better than pulling",
    )


def quarrel(t: Teller) -> None:
    """Two want the same; somebody is hurt; somebody says sorry."""
    hero, friend, elder = t.world.hero, t.world.friend, t.world.elder
    toy = f"{t.rng.choice(lexicon.LOOKS)} {t.rng.choice(lexicon.TOYS)}"
    thing = toy.split(" ", 1)[1]
    t.paragraph()
    t.scene()
    t.meets(friend)
    t.say(
        f"They played {t.rng.choice(lexicon.GAMES)} until they saw {with_article(toy)}.",
        f"Next to {t.rng.choice(lexicon.PLACES[t.world.place])} they found {with_article(toy)}.",
    )
    t.speaks(hero, f"The {thing} is mine!", "I saw it first!")
    friend.feels("angry")
    t.speaks(friend, "No, it is mine!", "Give it to me!", f"You had a {thing} yesterday!"
             if thing[0] not in "aeiou" else "You always get everything!")  # fmt: skip
    t.say(
        f"They both pulled at the {thing} until it fell into the mud.",
        f"{hero.name} pushed {friend.name}, and {friend.name} fell down.",
        "They shouted so loudly that the birds flew away.",
    )
    t.feels(friend, t.rng.choice(("sad", "angry")))
    t.maybe(0.6, f"{friend.name} went home without a word.", f"{friend.name} turned away.")
    t.paragraph()
    t.say(
        f"Now {hero.name} had the {thing}, but it was no fun to play alone.",
        f"{hero.name} sat alone with the {thing} and was bored.",
    )
    t.feels(hero, "sorry")
    t.speaks(elder, "How would you feel?", "You can have one more turn, or one more friend.",
             "A good word can mend a lot.")  # fmt: skip
    t.say(
        f"{t.later()}, {hero.name} went to find {friend.name}.",
        f"So {hero.name} ran after {friend.name} as fast as {hero.pronoun} could.",
    )
    t.speaks(hero, "I am sorry. I was not nice.", "Please forgive me. Let us share it.")
    if friend.trait in ("stubborn", "proud", "shy"):
        t.say(f"At first {friend.name} did not answer.", f"{friend.name} thought about it.")
        t.say(f"Then {hero.name} gave {friend.them} {t.rng.choice(lexicon.GIFTS)}.")
    t.feels(friend, "happy")
    t.speaks(friend, "You can have the first turn.", "I am sorry too.", "Let us be friends again!")
    hero.feels("happy")
    t.moral(
        "sharing is more fun than having",
        "saying sorry makes hearts light",
        "a quarrel is easy to start and hard to carry",
        "friends can be angry and still be friends",
    )


def making(t: Teller) -> None:
    """Something is made; a step goes wrong; it is mended and enjoyed by all."""
    hero, friend, elder = t.world.hero, t.world.friend, t.world.elder
    cooking = t.rng.random() < 0.5
    product = t.rng.choice(lexicon.FOODS if cooking else lexicon.BUILDINGS)
    needs = t.rng.sample(lexicon.INGREDIENTS if cooking else lexicon.MATERIALS, 3)
    made, gone = ("cook", "eat") if cooking else ("build", "show")
    t.paragraph()
    t.say(
        f"{t.world.time}, {hero.name} wanted to {made} {product} for {elder.name}.",
        f'"Today I will {made} {product}," said {hero.name}.',
    )
    t.maybe(0.5, f"{t.world.weather}, and it was a good day to work.")
    t.meets(friend)
    t.say(
        f"They needed {needs[0]}, {needs[1]} and {needs[2]}.",
        f"First they looked for {needs[0]}, then for {needs[1]}, and last for {needs[2]}.",
    )
    t.say(f"{friend.name} brought the {needs[1]}.", f"There was not much {needs[2]} left."
          if not needs[2].endswith("s") else f"There were not many {needs[2]} left.")  # fmt: skip
    t.paragraph()
    if hero.trait in ("impatient", "proud", "messy", "silly") or t.rng.random() < 0.4:
        t.say(
            f"But {hero.name} was in a hurry and did not listen.",
            f"{hero.name} wanted to do everything alone.",
        )
        blame = hero
    else:
        t.say(f"{friend.name} was dancing around and did not look.")
        blame = friend
    t.say(
        f"Crash! The {needs[0]} fell on the floor.",
        f"{blame.name} used far too much {needs[0]}." if not needs[0].endswith("s")
        else f"{blame.name} used far too many {needs[0]}.",
        "Everything fell apart with a loud noise.",
    )  # fmt: skip
    t.feels(blame, t.rng.choice(("sad", "sorry")))
    t.speaks(blame, "I ruined it!", "It is all my fault.", "Now we have to start again.")
    t.speaks(elder, "Nobody gets it right the first time.", "Let us try again, step by step.",
             "Mistakes are how we learn.")  # fmt: skip
    t.say(
        "They cleaned up and began again, slowly this time.",
        f"So they started over, and {elder.name} showed them how.",
    )
    if cooking:
        t.say("It smelled wonderful.", "Steam came out of the pot.", "It was sweet and warm.")
    else:
        t.say("It stood straight and strong.", "It looked even better than before.")
    t.feels(hero, "proud")
    t.say(
        f"{t.later()}, they called everyone to {gone} it." if cooking
        else f"{t.later()}, they asked everyone to come and see.",
        f"All the neighbors came and said it was the best in {t.world.place[4:]}.",
    )  # fmt: skip
    t.moral(
        "it is all right to make mistakes",
        "slow work is good work",
        "trying again is the secret",
        "things are better when they are made together",
    )


def waiting(t: Teller) -> None:
    """A seed, many days, and something that was worth them."""
    hero, friend, elder = t.world.hero, t.world.friend, t.world.elder
    plant = t.rng.choice(lexicon.SEEDS)
    seed = f"{plant} seed"
    t.paragraph()
    t.say(
        f"{t.world.time}, {elder.name} gave {hero.them} {with_article(seed)}.",
        f"{t.world.time}, {hero.name} found {with_article(seed)} near "
        f"{t.rng.choice(lexicon.PLACES[t.world.place])}.",
    )
    t.say(f"{hero.name} put it into the ground and gave it water.",
          f"{hero.name} dug a small hole and planted it.")  # fmt: skip
    t.speaks(hero, "Grow, little seed!", "When will it grow?", "I want to see it now!")
    t.speaks(elder, "You have to wait.", "Good things take time.", "Give it water and sun.")
    t.paragraph()
    for day in t.rng.sample(
        (
            "The first day, nothing happened.",
            "After a week there was still only brown earth.",
            "The rain came, and the sun came, and nothing moved.",
            f"Every morning {hero.name} ran outside to look.",
            f"A hungry {t.rng.choice(lexicon.ANIMALS)} wanted to dig it up, but "
            f"{hero.name} sent it away.",
        ),
        3,
    ):
        t.say(day)
    t.feels(hero, t.rng.choice(("sad", "angry", "worried")))
    t.meets(friend)
    t.speaks(friend, "Let us play while we wait.", "Perhaps it is sleeping.", "Do not give up.")
    t.maybe(0.7, f"So they played {t.rng.choice(lexicon.GAMES)} every day.")
    t.paragraph()
    t.say(
        f"{t.later()}, a tiny green leaf came out of the ground.",
        "Then, one morning, something green was there.",
    )
    t.feels(hero, "happy")
    t.say(f"In the summer, the {plant} was taller than {hero.name}.",
          f"The {plant} grew and grew, and everybody came to see it.",
          f"{hero.name} shared what grew with {friend.name} and {elder.name}.")  # fmt: skip
    t.moral(
        "good things take time",
        "waiting is easier with a friend",
        "small things grow when you care for them",
    )
