"""Plots about courage: to face a fear, to care, to tell the truth, to lose."""

from featurefate.corpora.stories import words as lexicon
from featurefate.corpora.stories.telling import Teller, with_article


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
        f"Crash! Down fell {with_article(look + ' ' + thing)}, and it broke.",
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
