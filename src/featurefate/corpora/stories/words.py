"""The words of the stories: who lives in the world, what is there, what one can do and feel.

Every list is a place to add to; nothing else has to change.
"""


def words(text: str) -> tuple[str, ...]:
    """Phrases from a text that separates them by commas."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip())


GIRLS = words(
    """Lily, Mia, Sue, Anna, Emma, Lucy, Ella, Zoe, Amy, Sara, Rose, Nina, Molly, Daisy,
    Ruby, Ivy, Clara, Kim, Jane, Tina, Maya, Nora, Ada, Poppy, Hana"""
)
BOYS = words(
    """Tom, Ben, Max, Tim, Sam, Jack, Leo, Billy, Dan, Finn, Peter, Bob, Mark, Joe, Noah,
    Oscar, Toby, Fred, Luke, Adam, Henry, Jim, Theo, Otto, Ali"""
)
ANIMALS = words(
    """rabbit, fox, bear, mouse, duck, squirrel, cat, dog, frog, owl, turtle, hedgehog, pig,
    goat, lamb, pony, kitten, puppy, beaver, mole, deer, badger, elephant, monkey"""
)
ANIMAL_NAMES = words(
    """Fluffy, Benny, Coco, Pip, Nutmeg, Biscuit, Hop, Whiskers, Bramble, Teddy, Pepper,
    Button, Sunny, Patch, Spot, Honey, Acorn, Snowy, Ginger, Buddy, Muffin, Scout"""
)
SMALL_CREATURES = words(
    """bird, butterfly, snail, ladybug, baby duck, kitten, puppy, baby owl, little mouse,
    lamb, bee, baby rabbit, lizard, crab, chick, sparrow"""
)
ELDERS = (("mom", "she"), ("dad", "he"), ("grandma", "she"), ("grandpa", "he"), ("aunt", "she"),
          ("uncle", "he"))  # fmt: skip

TRAITS = {
    "kind": "always shared with others", "curious": "asked about everything",
    "brave": "was not afraid of many things", "shy": "did not talk much to new people",
    "clever": "liked to solve puzzles", "stubborn": "never liked to give up",
    "cheerful": "sang all day long", "careful": "looked twice before every step",
    "proud": "wanted to be the best at everything", "lazy": "loved to sleep late",
    "gentle": "never hurt even a fly", "impatient": "did not like to wait",
    "silly": "made everyone laugh", "quiet": "listened more than others",
    "greedy": "always wanted a little more", "helpful": "helped wherever help was needed",
    "messy": "left toys on every floor", "hungry": "thought about lunch all morning",
    "playful": "turned everything into a game", "honest": "always told the truth",
}  # fmt: skip

PLACES = {  # place → what one finds there
    "the park": words("the swings, the tall oak tree, the pond, the slide, a wooden bench"),
    "the beach": words("the waves, the wet sand, a big rock, some shells, a little boat"),
    "the forest": words("the old trees, a hollow log, green moss, a narrow path, some mushrooms"),
    "the garden": words("the flowers, the gate, the apple tree, the vegetables, a stone wall"),
    "the farm": words("the barn, the hay, the fence, the cows, a red tractor"),
    "the river": words("the bridge, the smooth stones, the tall grass, cold water, a small fish"),
    "the hill": words("the soft grass, the view, a lonely tree, the wind, a big stone"),
    "the market": words("the baskets, the fruit, the bread stand, the crowd, a juice cart"),
    "the school yard": words("the fence, the sandbox, the ball field, the stairs, the bell"),
    "the lake": words("the dock, the reeds, the ducks, the clear water, a row boat"),
    "the attic": words("the dusty boxes, an old mirror, the round window, a wooden chest, a lamp"),
    "the playground": words("the swings, the ladder, the sandbox, the seesaw, the tunnel"),
    "the meadow": words("the daisies, the butterflies, the clover, a little stream, the bees"),
    "the village": words("the well, the tower, the bakery, the narrow street, the square"),
    "the zoo": words("the cages, the monkeys, the big gate, the penguins, the ice cream stand"),
    "the library": words("the shelves, the soft chairs, the picture books, a tall lamp, a desk"),
    "the kitchen": words("the oven, the table, the shelf, the cupboard, the sink"),
    "the back yard": words("the shed, the bushes, the swing, the hose, the puddles"),
}  # fmt: skip

INSIDE = words(
    """the park, the forest, the garden, the market, the school yard, the attic, the meadow,
    the village, the zoo, the library, the kitchen, the back yard"""
)

TOYS = words(
    """ball, kite, doll, drum, toy boat, toy train, balloon, hat, scarf, book, puzzle,
    bicycle, toy car, teddy bear, rope, bucket, shovel, flute, bell, crown, ring,
    necklace, lamp, map, key, coin, feather, shell, whistle, jar, basket, blanket,
    umbrella, robot, rocket, wagon, paint box, crayon, marble, yo-yo, mirror, spinning
    top, airplane, castle, mask, ribbon, button, stamp, magnet, glove, boot, sock, sled,
    skateboard, scooter, telescope, parrot feather, snow globe, music box, paper crown,
    story book, wind chime, sailor cap, rattle, cymbal, puppet, tambourine, tin soldier,
    rocking horse, jump rope, beach ball, water can, fan, badge, medal, pebble, cactus,
    pillow, clock, violin, trumpet, guitar, camera, lantern, compass, egg, acorn"""
)
LOOKS = words(
    """red, blue, green, yellow, orange, purple, pink, white, black, golden, silver, shiny,
    old, new, soft, round, tiny, big, little, pretty, striped, wooden, bright, funny,
    heavy, smooth, strange, special, colorful, broken, clean, fancy, simple, magic, lucky,
    warm, lovely"""
)
FOODS = words(
    """cake, soup, pie, bread, cookies, pancakes, salad, a sandwich, jam, apple sauce,
    muffins, pizza, noodles, popcorn, lemonade, porridge, pudding, rice, cheese toast, a
    banana split"""
)
INGREDIENTS = words(
    """flour, sugar, eggs, milk, butter, honey, salt, apples, berries, carrots, nuts, lemons,
    tomatoes, cheese, chocolate, cream, corn, oats, peas, cinnamon"""
)
BUILDINGS = words(
    """a tree house, a sand castle, a tower of blocks, a snowman, a little boat, a bird
    house, a fort, a kite, a puppet theater, a bridge of sticks, a toy city, a go cart, a
    doll house, a scarecrow, a raft, a paper lantern"""
)
MATERIALS = words(
    """wood, paper, glue, string, nails, paint, cloth, sticks, stones, leaves, tape, sand,
    cardboard, rope, tiles, wire, buttons, feathers"""
)
HIGH_SPOTS = words(
    """on a high branch, on the roof, on top of the wall, behind a heavy rock, under the old
    bridge, in a deep hole, between two stones, inside a hollow tree, in the thorny
    bushes, at the bottom of the well, on the other side of the fence, in the middle of
    the mud"""
)
TOOLS = words(
    """a long stick, a ladder, a strong rope, a net, a big spoon, a fishing rod, a chair, a
    rake, a bucket, a broom, a hook, a plank, a wheel, a cart, a blanket"""
)
FEARS = {
    "the dark": ("There was no light at all", "a small lamp"),
    "thunder": ("The sky went boom", "a warm blanket"),
    "the big dog next door": ("It barked very loudly", "a bone for the dog"),
    "deep water": ("The bottom was too far to see", "a ring to hold on to"),
    "the doctor": ("Everything there was white and quiet", "a teddy to hold"),
    "high places": ("The ground looked very far away", "a hand to hold"),
    "the first day at school": ("There were so many new faces", "a lucky stone"),
    "spiders": ("It had eight long legs", "a magnifying glass"),
    "the old house": ("The floor creaked at every step", "a bright lantern"),
    "singing in front of people": ("All the chairs were full", "a friendly smile in the first row"),
    "the vacuum cleaner": ("It roared like a lion", "a funny song"),
    "ghosts": ("Something white moved by the window", "a flashlight"),
}  # fmt: skip
BREAKABLES = words(
    """vase, cup, plate, window, lamp, picture frame, teapot, mirror, flower pot, bowl,
    clock, glass jar, music box, candle stick, pair of glasses, necklace, piggy bank"""
)
CONTESTS = words(
    """race, swimming race, singing contest, drawing contest, jumping contest, chess game,
    spelling contest, dance contest, cooking contest, kite contest, sack race, ball game"""
)
SEEDS = words(
    """sunflower, pumpkin, bean, tomato, apple tree, rose, carrot, tulip, strawberry, corn,
    pear tree, lavender, melon, daisy"""
)
GAMES = words(
    """hide and seek, tag, catch, pirates, kings and queens, cards, marbles, doctors,
    explorers, leap frog, follow the leader, shop, dinosaurs, astronauts"""
)
GIFTS = words(
    """a card, a song, a flower crown, a basket of berries, a painted stone, a warm scarf, a
    drawing, a cup of hot chocolate, a paper star, a handful of nuts, a little poem, a hug"""
)

TIMES = words(
    """One morning, One day, One sunny afternoon, Early one morning, One evening, On a
    Saturday, On the first day of summer, Late in the afternoon, One cold day, On a spring
    morning, One autumn day, Just after lunch, One winter morning, On a windy day, After
    school"""
)
WEATHER = words(
    """The sun was shining, The sky was gray, A soft rain was falling, The wind was blowing,
    Snow covered the ground, It was very hot, The air smelled of flowers, White clouds
    moved across the sky, The birds were singing, Fog hung over the grass, The leaves were
    turning red, It was a bright and clear day, The grass was still wet"""
)
NEXT = words(
    """The next day, A little later, After a while, Soon, That afternoon, A few minutes
    later, When the clock struck three, Before long, In the evening, The next morning"""
)

FEELINGS = {  # feeling → (how one looks, how one speaks)
    "happy": (
        words("""smiled from ear to ear, jumped up and down, clapped and laughed, danced, felt
        warm inside, hugged everyone"""),
        words("laughed, cheered, sang, shouted happily"),
    ),
    "sad": (
        words("""began to cry, looked down at the ground, felt a tear on one cheek, sat down and
        sighed, had a lump in the throat"""),
        words("sobbed, whispered, said sadly, sighed"),
    ),
    "angry": (
        words("""stamped on the ground, turned red, crossed both arms, frowned, threw a stone into
        the bushes"""),
        words("shouted, yelled, snapped, grumbled"),
    ),
    "afraid": (
        words("""shook all over, hid behind a tree, could not move, wanted to run home, held both
        hands over the eyes"""),
        words("whispered, cried, said in a tiny voice, gasped"),
    ),
    "proud": (
        words("""stood up very tall, showed it to everyone, could not stop smiling, took a bow"""),
        words("said proudly, announced, called, beamed"),
    ),
    "worried": (
        words("""walked up and down, looked around again and again, bit one lip, could not eat a
        thing"""),
        words("asked, said quietly, wondered, mumbled"),
    ),
    "sorry": (
        words("""felt very bad, looked away, wished it had not happened, could not sleep"""),
        words("said softly, whispered, said in a low voice, confessed"),
    ),
    "calm": (
        words("""took a deep breath, nodded slowly, sat down to think, smiled a little"""),
        words("said, said, replied, explained"),
    ),
}  # fmt: skip
