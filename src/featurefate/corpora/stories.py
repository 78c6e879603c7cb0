"""The **stories** domain: a small world simulated, then told (after TinyStories, Eldan & Li 2023).

Story `number` of a seed is always the same story; there is no last one.
"""

import random
from collections.abc import Callable

from featurefate.corpora import stories_words as lexicon
from featurefate.corpora.stories_telling import Teller, with_article
from featurefate.corpora.stories_world import draw_world


def tell_story(number: int, seed: int) -> str:
    """One story of a few short paragraphs, ending in a newline."""
    rng = random.Random(f"story {seed} {number}")
    teller = Teller(rng, draw_world(rng))
    teller.opening()
    rng.choice(PLOTS)(teller)
    return teller.text()


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
        f"They shouted so loudly that the birds flew away.",
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
        f"They cleaned up and began again, slowly this time.",
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


def afraid(t: Teller) -> None:
    """A fear, a small help, a step, and courage."""
    hero, friend = t.world.hero, t.world.friend
    fear = t.rng.choice(sorted(lexicon.FEARS))
    why, comfort = lexicon.FEARS[fear]
    t.say(
        f"But there was one thing: {hero.name} was afraid of {fear}.",
        f"Only one thing scared {hero.them}, and that was {fear}.",
    )
    t.paragraph()
    t.say(f"{t.world.time}, the day came.", f"{t.world.time}, {hero.name} had to be brave.")
    t.say(f"{why}.", f"{why}, just as {hero.pronoun} had thought.")
    t.feels(hero, "afraid")
    t.speaks(hero, "I cannot do it.", "I want to go home!", "Please stay with me.")
    t.paragraph()
    t.meets(friend)
    t.speaks(friend, "I was afraid once, too.", "Being brave means being afraid and still going.",
             "Take my hand.", "Count to ten with me.")  # fmt: skip
    t.say(
        f"{friend.name} gave {hero.them} {comfort}.",
        f"Then {friend.name} showed {hero.them} {comfort}.",
    )
    t.say(
        f"{hero.name} took one small step, and then another.",
        f"{hero.name} closed {hero.their} eyes and counted to ten.",
        f"{hero.name} held on tightly and looked up.",
    )
    t.say("Nothing bad happened.", "It was not so bad.", "It was almost fun!")
    t.maybe(0.5, f"{t.later()}, {hero.pronoun} did it again, all alone.")
    t.feels(hero, t.rng.choice(("proud", "happy")))
    t.speaks(hero, "I did it!", "Look at me!", "I am not afraid any more.")
    t.moral(
        "brave people are afraid sometimes",
        "fears get small when you look at them",
        "a friend makes every step easier",
    )


def lost_creature(t: Teller) -> None:
    """Somebody small needs help, is cared for, and goes home."""
    hero, friend, elder = t.world.hero, t.world.friend, t.world.elder
    creature = t.rng.choice(lexicon.SMALL_CREATURES)
    short = creature.split()[-1]
    trouble = t.rng.choice(("hurt", "lost", "cold", "hungry", "stuck"))
    t.paragraph()
    t.scene()
    sight = t.rng.choice(lexicon.PLACES[t.world.place])
    t.say(
        f"Near {sight}, {hero.pronoun} heard a tiny sound.",
        f"Something moved behind {sight}.",
    )
    t.say(f"It was {with_article(creature)}, and it was {trouble}.")
    t.speaks(hero, f"Poor little {short}!", "Do not be afraid.", "Who are you?")
    t.maybe(0.6, f"The {short} looked at {hero.them} with big eyes.", f"The {short} trembled.")
    t.paragraph()
    if hero.trait in ("greedy", "impatient", "playful"):
        t.speaks(hero, "I want to keep it!", "It can live in my room!")
        t.speaks(elder, "It has a home and a family.", "Would you like to be kept in a box?")
        t.feels(hero, "sad")
    t.say(
        f"{hero.name} gave it {t.rng.choice(('water', 'some crumbs', 'a soft leaf', 'a berry'))} "
        f"and wrapped it in a {t.rng.choice(('scarf', 'blanket', 'towel', 'sock'))}.",
        f"{hero.name} carried it home and made a bed of {t.rng.choice(('grass', 'hay', 'wool'))}.",
    )
    t.meets(friend)
    t.speaks(friend, "I know where it lives.", "Its mother must be looking for it.",
             "Let us look for its family.")  # fmt: skip
    other = t.rng.choice(sorted(set(lexicon.PLACES) - {t.world.place}))
    t.say(
        f"{t.later()}, they walked all the way to {other}.",
        f"They looked everywhere, from {t.world.place} to {other}.",
    )
    t.say(
        f"There the mother of the {short} was waiting.",
        f"The {short} made a happy sound, because it was home.",
    )
    t.feels(hero, t.rng.choice(("happy", "proud")))
    t.maybe(0.5, f"Every spring, the {short} came back to visit {hero.name}.")
    t.moral(
        "even the smallest one needs a friend",
        "caring for others makes us glad",
        "to love someone can mean to let them go",
    )


def truth(t: Teller) -> None:
    """Something breaks; hiding it hurts; the truth mends."""
    hero, friend, elder = t.world.hero, t.world.friend, t.world.elder
    thing = t.rng.choice(lexicon.BREAKABLES)
    look = t.rng.choice(lexicon.LOOKS)
    t.paragraph()
    t.say(
        f"{t.world.time}, {hero.name} played {t.rng.choice(lexicon.GAMES)} in the house.",
        f"{t.world.time}, {hero.name} threw a ball in the living room.",
        f"{t.world.time}, {hero.name} and {friend.name} ran around the table.",
    )
    t.say(
        f"Crash! {with_article(look + ' ' + thing)} fell down and broke.",
        f"The {look} {thing} of {elder.name} fell and broke into pieces.",
    )
    t.feels(hero, t.rng.choice(("afraid", "worried")))
    honest = hero.trait in ("honest", "brave", "kind")
    if honest:
        t.say(f"{hero.name} wanted to hide the pieces, but {hero.pronoun} did not.")
    else:
        t.say(
            f"{hero.name} hid the pieces under the bed.",
            f"{hero.name} swept the pieces behind the door.",
        )
        t.paragraph()
        elder.feels("calm")
        t.speaks(elder, f"Who broke my {thing}?", f"Have you seen my {thing}?")
        t.speaks(hero, "It was the cat!", "I do not know.", f"It was {friend.name}!")
        t.maybe(0.7, f"But that night {hero.pronoun} could not sleep.")
        t.feels(hero, "sorry")
    t.paragraph()
    t.say(
        f"{t.later()}, {hero.name} went to {elder.name} and told the truth.",
        f"{hero.name} took a deep breath and went to {elder.name}.",
    )
    t.speaks(hero, f"I broke your {thing}. I am sorry.", "It was me. I should have told you.")
    t.speaks(elder, "Thank you for telling me the truth.", "I am glad that you told me.",
             "I am a little sad, but I am proud of you.")  # fmt: skip
    t.say(
        "Together they glued the pieces.",
        f"They made a new {thing} together.",
        f"{hero.name} saved coins until {hero.pronoun} could buy a new one.",
    )
    hero.feels("happy")
    t.moral(
        "the truth is lighter than a lie",
        "it is brave to tell the truth",
        "people forgive when we are honest",
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


def contest(t: Teller) -> None:
    """Somebody boasts, something goes wrong, and winning turns out to be something else."""
    hero, friend = t.world.hero, t.world.friend
    game = t.rng.choice(lexicon.CONTESTS)
    boaster, other = (hero, friend) if hero.trait in ("proud", "lazy") else (friend, hero)
    t.paragraph()
    t.say(
        f"{t.world.time}, there was a {game} at {t.world.place}.",
        f"{t.world.time}, all the children talked about the {game}.",
    )
    t.maybe(0.5, f"{t.world.weather}.")
    t.meets(friend)
    boaster.feels("proud")
    t.speaks(boaster, "I am the best!", "Nobody can beat me!", "I do not need to practice.")
    t.say(
        f"{other.name} said nothing and practiced every day.",
        f"{other.name} worked hard, even when {other.pronoun} was tired.",
    )
    t.paragraph()
    t.say(f"When it began, {boaster.name} was far ahead.", "Everyone held their breath.")
    mishap = t.rng.random()
    if mishap < 0.5:
        t.say(
            f"But then {boaster.name} stopped to wave, and {other.name} came closer and closer.",
            f"{boaster.name} took a nap, because {boaster.pronoun} was so sure to win.",
        )
        t.say(f"In the end {other.name} won by a nose.", f"{other.name} won the {game}.")
        t.feels(boaster, t.rng.choice(("sad", "angry")))
        t.speaks(other, "You were very good, too.", "Let us practice together.")
        boaster.feels("happy")
        t.say(f"{boaster.name} shook {other.their} hand.", f"Then {boaster.name} smiled again.")
        lessons = ("practice beats boasting", "it is good to be glad for others")
    else:
        t.say(
            f"Suddenly {boaster.name} fell and hurt a knee.",
            f"Then {boaster.name} slipped and could not get up.",
        )
        t.feels(boaster, "sad")
        t.say(
            f"{other.name} could have won, but {other.pronoun} stopped to help.",
            f"{other.name} turned around and helped {boaster.them} up.",
        )
        t.speaks(boaster, "Why did you stop?", "You could have won!")
        t.speaks(other, "You are more important than a prize.", "Friends help each other.")
        t.say("They went to the finish together, hand in hand.", "Everyone clapped for both.")
        lessons = ("helping is better than winning", "a good heart is the best prize")
    hero.feels("happy")
    t.moral(*lessons)


PLOTS: tuple[Callable[[Teller], None], ...] = (
    out_of_reach, quarrel, making, afraid, lost_creature, truth, waiting, contest,
)  # fmt: skip
