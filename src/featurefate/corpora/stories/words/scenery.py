# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""Places and what is there, weather, and times."""

from collections.abc import Mapping

from featurefate.corpora.stories.cast import Place
from featurefate.corpora.stories.words.phrases import Phrases

SCENERY = """
== once (time phrase)
one day*60, one sunny day*14, one morning*5, one hot day*2, one cold day*2, one day after school*1, today*1,
one rainy day*2, one windy day*2, one night*2, one afternoon*2, one warm day*1, one nice day*1, one summer day*1,
one evening, one winter day, on a sunny day*2, early one morning, on a bright morning, on Saturday, on Sunday
== later (time phrase)
then*20, soon*12, after a while*8, later*6, a few minutes later*2, after some time*2, the next day*8,
after a long time*2, later that day*5, before long*1, in the afternoon*2, after that*3, a little later*2,
a few days later*3, the next morning*3, after a few minutes*2, after lunch*1, finally*4, at last*4
== next (time phrase)
the next day*6, later that day*4, then*4, then one day*3, one day*6, a few days later*3, after a while*4, the next morning*3, one morning*2, soon*2, later*3
== suddenly (time phrase)
suddenly*14, then*6, but then*6, all of a sudden*2, just then*4, at that moment*2, one moment later, after a while*2, soon
== finally (time phrase)
finally*6, at last*5, in the end*6, after a while*3, soon*5, after a long time*3, after many tries*2, then*3
== evening (time phrase)
that night*6, in the evening*2, when it was time for bed*2, at bedtime*2, when the sun went down*4, that evening*3,
at the end of the day*6, when the day was over*2, when the stars came out*2, before bed*1, when it got dark*3
== ever after (time phrase)
from that day on*16, from then on*5, after that day*2, every day after that*3, after that*3, from that day forward
== always (time phrase)
every day*14, all day long*5, every morning*4, all the time*2, every night*2, each day*2, all day*6, every afternoon, every week
== long (time phrase)
for a long time*5, all day*6, all day long*6, until the sun went down*3, for hours*3, until dinner*2, all morning*1,
until it was time to go home*3, until it got dark*2, until they were tired*2, all afternoon*2, for a while*3
== weather (weather)
the sun _be- shining*10, it _be- a sunny day*5, it _be- very hot*3, the sky _be- blue*5, the birds _be+ singing*5,
it _be- a bright and sunny day*2, the wind _be- blowing*3, it _be- cold outside*2, the air _be- warm*2, it _be- a beautiful day*4,
the sun _be- bright and warm*2, white clouds _be+ in the sky*2, it _be- raining outside*2, the grass _be- green and soft*2,
the flowers _be+ blooming*2, it _be- a nice day*2, it _be- a warm day*2, the leaves _be+ falling*1, a soft wind _be- blowing
== bad weather (weather)
it _start- to rain*8, the wind _start- to blow*6, dark clouds _come+*4, the sky _become- dark*5, it _begin- to rain*5,
a big storm _come-*6, the rain _come- down hard*3, it _start- to snow*3, there _be- loud thunder*3, the wind _blow- very hard*4,
it _get- very cold*2, big drops of rain _fall+ from the sky*2, lightning _light- up the sky*2, the sky _turn- gray*3
== good weather (weather)
the rain _stop-*6, the sun _come- out*8, the storm _go- away*3, the clouds _go+ away*3, the sky _be- blue again*3,
the wind _stop-*3, a big rainbow _be- in the sky*4, it _be- warm again*2, the sun _be- shining again*2
== spot
under the bed*6, behind a tree*5, under a tree*8, behind the couch*3, in the grass*6, in a box*4, near the pond*4, on the ground*10,
under a bush*5, behind a big rock*4, by the river*3, next to the fence*2, in the bushes*3, under a leaf*2, near the door*2, on the table*3,
on the floor*5, under the table*3, in a hole*3, behind the house*2, near a big tree*4, in the sand*3, on a bench*3, by the road*2,
in the tall grass*3, in the corner*2, on a rock*2, behind the door*2, next to a flower*2, under the chair*2, on a branch*3, by the wall
== inside spot
under the table*4, on the floor*6, in a box*3, behind the door*4, on a shelf*4, under a chair*3, in the corner*4, near the window*3, next to a plant, on a chair*2, behind the curtain*2
== inside view
big clock*3, picture*3, old lamp*2, big box*4, cat*4, big window*2, new poster, pretty plant*2, red chair*2, shiny bell, big mirror*2, tall man*2, kind lady*3, little mouse*2
== hidden spot
under the bed*8, behind the couch*5, under a pile of leaves*3, in the closet*4, behind a tree*5, under a bush*5, in the toy box*4,
in the grass*5, under the table*4, behind a big rock*3, in the sandbox*3, under a blanket*2, in the garden*3, next to the pond*3,
inside a shoe, in a drawer*2, on top of the shelf*2, behind the curtain*2, in the car*2, under the pillow*2, in the dirt*2, near the swing*2,
in the basket*2, behind the shed*2, in the mud*3, under the porch, at the bottom of the bag*2, in the kitchen*2, under the sofa*3
== high spot
in a tall tree*6, on a high branch*6, in a tree*8, on the roof*5, on top of the wall*2, on a high shelf*4, in the top of a tree*3,
on a big rock*2, over the fence*2, on the top of the slide, up on the big shelf, on a tall fence
== low spot
in the mud*5, in a hole*6, in a deep hole*5, under a big rock*4, in the bushes*3, under the bridge*2, in a net*3, in the fence*3,
in a puddle*2, between two rocks*4, under a log*2, in a trap*2, in a big web*2, in the sand*2, in a pipe, in the well, in a bucket
== home
small house*10, big house*5, little house*4, cozy house*2, big tree*3, small town*6, little village*3, big forest*5, small hole*1,
big castle*2, nest in a tree*1, big city*2, house near the sea*2, house near the woods*2, farm*3, little hut, cottage, house on a hill*2
== land
small town*12, big forest*9, small village*5, big house*6, big city*4, green forest*3, little house*4, small house*10, far away land*3,
land far away*2, big castle*3, pretty garden*3, big garden*2, quiet town*2, warm jungle*2, deep forest*2, big farm*3, small farm*2,
busy town*2, sunny place, little town*4, old house*2, tall tree, big sea*2, big park*2, nice house*2, cold place, sunny field*2, cave
== view
big tree*14, big hill*4, little bird*4, tall tree*5, pretty flower*5, big rock*5, big pond*3, small bird*3, butterfly*5,
big dog*4, shiny rock*3, rainbow*3, big cloud*3, long snake*1, little frog*4, red flower*2, big red ball*2, small cat*3, old man*3,
squirrel*3, yellow bird*2, little fish*2, big truck*2, boat*2, big bug*3, spider*2, little house*2, bridge*2, black cat, green leaf*2,
white bunny*2, worm*2, big slide*2, brown dog*2, bee*2, tall tower*2, nest*2, cave*1, deer, ant*2, ice cream truck*2, new swing, stream
== sounds
loud noise*10, strange noise*6, strange sound*5, loud sound*5, soft sound*3, funny noise*3, small voice*3, tiny voice*2, big bang*2,
loud crash*3, scary noise*3, loud roar*2, cry for help*2, quiet sound*2, little squeak*1, buzz*1, splash*2, knock*2, sad song
"""

_PLACES = """
in the park|to the park|park*34|swings, slides, big trees, birds, benches, dogs, flowers, ducks, other kids
|play on the swings, go down the slide, play tag, run on the grass, play catch, feed the ducks, climb on the bars
in the garden|to the garden|garden*10|flowers, roses, apple trees, vegetables, butterflies, bugs, carrots, tomatoes, bees, worms
|water the flowers, dig in the dirt, look for bugs, pick tomatoes, chase butterflies, smell the flowers
in the forest|to the forest|forest*12|tall trees, mushrooms, birds, leaves, foxes, squirrels, flowers, berries, owls, rabbits
|look for mushrooms, climb trees, pick berries, listen to the birds, follow the path, collect leaves
in the woods|to the woods|woods*5|trees, sticks, leaves, owls, bugs, logs, nuts, foxes, bushes, shadows
|collect sticks, jump over logs, look for nuts, play hide and seek, build a fort
at the beach|to the beach|beach*8|waves, shells, boats, crabs, rocks, umbrellas, seagulls, kids, sandcastles
|build a sandcastle, collect shells, splash in the waves, swim in the sea, dig in the sand
at the pond|to the pond|pond*5|ducks, fish, frogs, lily pads, rocks, flowers, bugs, turtles, swans
|feed the ducks, throw rocks in the water, look at the fish, splash in the water, jump like a frog
at the zoo|to the zoo|zoo*4|lions, monkeys, elephants, giraffes, bears, zebras, penguins, tigers, birds, hippos
|look at the lions, laugh at the monkeys, wave at the elephants, feed the goats
on the farm|to the farm|farm*4|cows, pigs, chickens, horses, sheep, lambs, tractors, ducks, goats
|feed the chickens, ride a horse, jump in the hay, pet the sheep, look at the cows
at the store|to the store|store*5|toys, shelves, people, apples, balloons, carts, books, cakes
|look at the toys, push the cart, buy some fruit, count the apples, look at the candy
at school|to school|school*4|books, teachers, desks, blocks, kids, crayons, chairs, pictures
|draw pictures, read a book, sing songs, play with blocks, learn the letters
at the playground|to the playground|playground*4|swings, slides, kids, bars, ladders, tunnels, benches, balls
|go down the slide, play in the sandbox, swing high, climb the ladder, run around
in the yard|to the yard|yard*6|trees, swings, flowers, puddles, leaves, bushes, birds, bugs
|run around the tree, jump in the leaves, play with the hose, roll on the grass, play catch
in the field|to the field|field*4|flowers, butterflies, cows, rabbits, bees, birds, horses
|run in the grass, fly a kite, pick flowers, chase butterflies, kick the ball, race
by the river|to the river|river*4|fish, rocks, boats, ducks, trees, frogs, turtles
|throw rocks, catch fish, sail a boat, walk on the rocks, look for frogs
at the lake|to the lake|lake*4|boats, fish, ducks, trees, swans, rocks, birds
|swim, row a boat, catch fish, splash in the water, skip rocks
in the house|to the house|house*4|chairs, windows, toys, books, pictures, boxes, pillows
|play hide and seek, build a fort, jump on the couch, play with blocks, draw pictures
in the kitchen|to the kitchen|kitchen*3|plates, pots, cups, spoons, chairs, cookies, apples
|bake cookies, wash the dishes, stir the soup, set the table, lick the spoon
in town|to town|town*3|shops, people, cars, houses, buses, lights, bikes
|look at the shops, ride the bus, eat ice cream, look at the cars, sit by the fountain
at the fair|to the fair|fair*2|rides, balloons, games, clowns, horses, lights, people, kids
|ride the big wheel, win a prize, eat popcorn, watch the clowns, play games
on the hill|to the hill|hill*3|rocks, flowers, trees, sheep, bushes, birds, clouds
|roll down the hill, fly a kite, race to the top, look at the clouds, slide down on a sled
in the meadow|to the meadow|meadow*2|daisies, bees, butterflies, rabbits, lambs, birds, flowers
|pick daisies, lie in the grass, chase butterflies, make flower crowns
at the library|to the library|library*2|books, shelves, chairs, pictures, kids, maps, computers
|read books, look at the pictures, listen to a story, find a new book
in the jungle|to the jungle|jungle*2|monkeys, tall trees, snakes, parrots, vines, tigers, bugs, leaves
|swing on the vines, climb trees, look for bananas, talk to the parrots
in the snow|out into the snow|snow*2|snowmen, white trees, sleds, birds, icicles, kids
|make a snowman, throw snowballs, slide on the ice, ride a sled
"""


def _places() -> tuple[dict[str, Place], list[tuple[str, int]]]:
    places, weights = {}, []
    for entry in _PLACES.strip().replace("\n|", "|").split("\n"):
        at, to, noun, sights, games = entry.split("|")
        noun, _, weight = noun.partition("*")
        places[noun] = Place(
            at, to, f"the {noun}", tuple(sights.split(", ")), tuple(games.split(", "))
        )
        weights.append((noun, int(weight)))
    return places, weights


PLACES: Mapping[str, Place]
PLACES, PLACE_WEIGHTS = _places()
OUTDOORS = frozenset(
    Phrases(
        """park, garden, forest, woods, beach, pond, playground, yard, field, river, lake, hill,
        meadow, jungle, farm, zoo, town, fair, snow"""
    ).items
)
