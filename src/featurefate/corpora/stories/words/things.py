# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""Objects, by what can be done with them."""

from collections.abc import Callable, Mapping

from featurefate.corpora.stories.cast import Thing
from featurefate.corpora.stories.words.phrases import Phrases, lists_of

THINGS = """
== food
apple*6, banana*3, cookie*5, cake*4, sandwich*3, carrot*3, pear*2, piece of cake*2, piece of bread*2, bowl of soup*2, orange*2, ice cream*2,
lollipop, muffin*2, pie*2, bag of nuts, pancake, cupcake, egg, peach*2, onion, potato, tomato, hot dog, big fish, jar of jam, bowl of berries
== treat
ice cream*8, cookies*8, cake*8, apples*4, fruit*4, candy*4, soup*3, bread*2, pizza*3, pancakes*2, sandwiches*2, pie*2, cupcakes*2, berries*2,
popcorn*2, cheese*2, carrots*2, nuts*2, honey*2, bananas*2, muffins, grapes, pasta, chocolate, donuts, waffles, strawberries,
pudding, watermelon, pears, honey cake
== taste
yummy*10, sweet*6, tasty*5, delicious*4, warm*2, good*3, fresh*1, juicy*1, crunchy*1
== bad taste
spicy*4, sour*5, bitter*3, hot*2, strange*2, salty*2, yucky*2, very strange
== toy
ball*8, doll*5, toy car*5, teddy bear*4, toy*8, kite*3, truck*4, train*2, boat*2, robot*2, drum*2, puzzle*2, balloon*4, book*3, block*1
== toys
toys*12, blocks*6, dolls*5, cars*6, trains*3, balls*3, books*5, puzzles*2, trucks*2, crayons*3, games*2, teddy bears*2, balloons*2, bikes*2
== small things
leaves*5, flowers*8, rocks*5, shells*5, sticks*4, seeds*2, nuts*2, coins*2, feathers*2, berries*2, stars*3, butterflies*2
== drink
milk*4, juice*4, water*3, paint*2, soup, lemonade, tea
== big
big*8, tall*2, cute*3, funny*4, pretty*4, loud*2, small, nice*2
== goods
toys*8, candy*6, cookies*6, food*4, apples*3, books*2, balls*2, nuts*3, cake*2, crayons*3, blocks*2, berries*2, ice cream, balloons*2, carrots, cheese
== present
card*6, picture*5, necklace*3, paper flower*2, kite*2, crown*2, toy boat*2, paper hat*2, little book*2, bracelet*2, drawing*3, big cake*2, red scarf, toy car*2, birdhouse
== stuff
paper*5, glue*3, paint*4, sand*3, water*4, sticks*4, wood*3, flour*4, sugar*4, eggs*3, milk*4, blocks*4, tape*2, leaves*3, string*3, butter*2, cloth*2, rocks*3, mud*2, fruit*3, crayons*2, honey*2, nails*2, boxes*2
== trouble
hurt*6, lost*8, stuck in a hole*2, stuck in a net*2, stuck in a tree*3, hungry*6, cold*4, sad*6, very sad*5, crying*4, stuck in the mud*3, scared*4, sick*2, alone*3, thirsty, stuck under a rock*2, very tired, wet and cold*2, stuck in a web
== fierce
wolf*4, bear*3, lion*2, fox*3, snake*2, shark*1, monster*2, tiger, crocodile, big dog
== behind
the closet*4, the kitchen*3, the big tree*3, the bush*3, the door*3, the old house*2, the attic, the garage*2, the cave*3, the garden*2, the window*2, the barn*2, the basement, the hallway
== to shelter
home*5, to a cave*4, to the house*4, into the barn*3, under a big tree*4, into a small hut*2, to a hollow tree*2, inside*3, to the shed*2, under a bridge*2
== small thing
leaf*5, flower*8, rock*6, shell*4, feather*4, stick*5, button*3, coin*3, nut*2, berry*2, seed*2, key*2, marble, ribbon*2, pebble, acorn, pine cone, bell
== gift
flower*8, card*5, book*4, big hug*6, new toy*4, cookie*4, picture*5, toy*3, necklace*2, crown, balloon*3, hat*2, shell*2, cake*4, medal*2, kiss*4,
red apple*2, scarf, special rock*2, yellow flower*2, teddy bear*2, puppy, surprise*3, drawing*2, bracelet, song
== wear
red hat*4, blue dress*2, warm coat*2, pink bow*2, green shirt*2, yellow scarf*2, blue hat*2, pretty dress*3, cape
== wet
wet*8, cold*6, muddy*2, dirty*3
== tool
long stick*6, rope*5, ladder*6, net*3, big stick*3, shovel*3, hammer*2, broom*2, bucket*2, basket*2, fishing rod, string*2, hook, flashlight*2, box*2, blanket*2, chair*3
== part
leg*6, arm*4, hand*4, knee*6, foot*4, finger*4, head*4, nose*2, tummy*3, toe*2, ear
== colourful
big*14, red*6, blue*4, small*5, new*5, old*3, pretty*4, shiny*4, soft*2, special*2, yellow*3, green*3, little*4, nice*2, beautiful*3, huge*1, strange*1
== mess
big mess*6, puddle*2, pile of toys*3, pile of clothes*2, pile of paper*2, mess*4, wet spot, pile of blocks*2
== box
big box*8, small box*5, bag*3, chest*3, old box*3, jar*2, basket*3, red box*2, wooden box*2, sack*2, drawer*2, suitcase*1, pot
== prize inside
toy*6, shiny coin*3, map*4, gold coin*3, book*2, note*3, little bird*2, magic stone*2, doll*3, key*3, pretty necklace*2, teddy bear*2, cake*2, kitten*2,
puppy*2, crown*2, red ball*2, picture*2, letter*2, big gem*2, golden ring, magnet, candy bar
== magic thing
wand*5, stone*4, hat*4, ring*3, lamp*3, box*2, book*3, key*2, flower*2, mirror*2, carpet*2, seed, bottle*2, bell*2, drum, feather*2, potion, pencil*2, necklace*2
== plant
flower*6, tree*4, sunflower*3, apple tree*3, carrot*2, pumpkin*2, rose*3, tomato plant, bean*2, strawberry plant, orange tree, cherry tree
== fear
big dog*6, doctor*4, spider*5, ocean*2, big slide*6, dark cave*4, high bridge*2, dentist, dark forest*3, deep water*5, big horse*2, old house*3, big swing*2, snake*2, dark room*6, tall ladder*2, big wave*2, loud train, new school*2, lion*2, dark closet*3, clown
== monster
cat*6, little mouse*4, wind*3, tree branch*2, frog*2, dog*4, owl*3, toy robot*2, little bird*3, kitten*3, bunny*3, clock, squirrel*3, raccoon, old fan, baby bear, puppy*3
== hurt
hurt*8, lost*2, burned*2, sick*4, stuck*3, scared*2, in trouble*3
== wound
bandage*6, kiss*3, cold cloth*3, blanket*1
== job
doctor*3, king*3, queen*2, pirate*4, princess*3, knight*2, teacher*2, captain*3, superhero*3, fireman*2, pilot*2, dancer*2, magician*2, cook*2, farmer, astronaut
== contest
race*14, game*5, singing contest*2, dance contest*2, jumping contest*2, cooking contest, swimming race*2, contest*3, bike race*2, running race*2, match
== prize
medal*5, trophy*4, prize*6, gold star*2, big cake*2, crown*2, ribbon*2, gold medal, cup
== animal
dog*6, cat*6, bird*6, monkey*3, squirrel*4, fox*3, mouse*3, rabbit*2, frog*2, goat*2, crow*2, puppy*3, kitten*2, pig, duck*2, bear, raccoon
== rare look
hairy*3, furry*3, fluffy*3, fat*2, enormous*2, giant*2, noisy*2, friendly*5, colorful*3, gray, striped, spotted*2, wild*2, huge*2, ugly*2, hungry*3, sleepy*2, gentle*2, chubby*2, lovely*2, elegant, old*3, tall*2, thin*2, skinny, beautiful*4, cute*4, loud, lost, busy*2, lonely*3, scary*2, grumpy*3, special*2
== rare
incredible, attractive, enormous*2, giant*3, flexible, ancient, fragile, colorful*3, noisy, fancy, brilliant, magical*2, amazing*2, wonderful*2,
lovely*2, long*2, tall*2, thin, thick, soft*2, round*2, heavy*2, light, rough, smooth, sharp, fat, dirty*2, clean, empty, broken*2, wooden, plain, mysterious*2, rare, modern, ugly*2,
dull, bright*2, wild, huge*4, interesting*2, unusual, elegant, delicate, striped, spotted, golden, silver, dusty, rusty, sticky, fluffy, dry, square
== many animals
birds*4, rabbits*2, squirrels*2, frogs*2, bugs*2, ducks*3, fish*2, butterflies*2, cats*1, dogs*2, bears*1, deer*1, bees*1, monkeys, mice, foxes, owls
"""
# kind of object | what one does with it, "it" where the object stands | how it looks | the objects
_OBJECTS = """
toy|play with it*6, share it, hold it, show it to everyone, hug it|red, blue, big, new, small, shiny, yellow, green, special, soft, little
|ball*14; doll*9; toy car*8; teddy bear*7; kite*5; truck*6; train*3; robot*4; balloon*5; toy boat*3; puzzle*3; yo-yo; drum*3; toy*12; puppet; rocket*2; top; hoop*2;
toy plane*2; jump rope; toy truck*2; bike*4; scooter*2; sled*2; wagon*2; skateboard; block; bouncy ball*2; toy duck*2; stuffed bunny*2; toy train*2; marble; bucket*2; doll house; ship*2
wear|wear it*5, put it on*4, show it to everyone|red, blue, pretty, new, warm, big, yellow, pink, soft, fancy, green
|hat*12; dress*4; scarf*5; coat*3; bow*3; crown*4; ribbon*2; cap*2; shirt*3; jacket*2; mask*2; cape*2; belt; helmet*2; costume*2; sweater; skirt; bracelet; mitten; glove*2; sock*2; shoe*2; boot*2; badge
treasure|look at it*4, keep it*4, hold it*2, show it to everyone*3, play with it*2|shiny, pretty, red, gold, beautiful, little, special, blue, round, smooth, rare, strange
|rock*8; shell*6; key*8; coin*6; gem*4; ring*4; necklace*4; feather*5; stone*5; button*4; leaf*4; flower*6; stick*5; pearl; bell*3; medal*2; diamond*2; star*3; crystal; acorn; egg*3; jewel; bead; pine cone; magnet*2; marble*2
tool|use it*5, play with it*3, look at it*2, hold it*2|old, big, small, new, strange, long, red, shiny, wooden, heavy, useful
|box*6; bag*4; rope*3; bucket*2; basket*3; umbrella*3; lamp*3; flashlight*2; hammer*2; shovel*2; net*2; brush*2; comb*2; broom*2; spoon*3; jar*3; bottle*3; cup*3; pot*2; blanket*4; pillow*3; map*4; camera*2; telescope; microscope;
clock*3; candle*2; mirror*3; tape; sponge; hose; wheel*2; ladder; notebook*2; pen*2; pencil*2; crayon*3; chalk; paint brush; mailbox; flag*2; phone*2; radio; tent*2; wallet*2; purse; suitcase; helmet; fan; chain; hook; bowl*2; fork; tray; machine*2; tire; horn*2; sign*2; tube; thread; needle; wand*2
music|play it*6, play music with it*2, listen to it*2|new, old, shiny, little, big, red, pretty
|guitar*5; flute*4; drum*5; piano*2; trumpet*2; violin*2; bell*3; whistle*3; music box*3; horn*2; harp; tambourine
book|read it*5, look at it*3, read it together*2, look at the pictures in it*2|big, old, new, special, pretty, funny, thick
|book*14; picture book*2; story book*3; letter*4; map*4; comic; card*3; note*3; picture*4; magazine; diary; notebook*2; poster; newspaper
food|eat it*6, taste it*3, share it*4, have a bite of it*2|big, sweet, yummy, red, little, tasty, round, fresh, juicy
|cookie*6; cake*7; apple*6; sandwich*3; banana*3; pie*4; carrot*3; lollipop*2; pear*2; muffin*2; candy*3; peach; cupcake*3; orange*3; nut*2; pumpkin*2; watermelon*2; berry*2; egg; pizza*2; fruit*4; melon; cherry; lemon*2; bread; cheese*2; mushroom; potato; corn; fish*3; donut; pancake*2; snack*2; ice cream*4
home|look at it*2, use it*2, hold it*2|pretty, big, new, old, special, favorite, blue, white, fragile
|vase*9; lamp*5; cup*5; plate*4; mirror*4; clock*4; bowl*4; flower pot*3; picture frame; tea pot*2; glass*3; toy*3; chair*3; jar*3; bottle*2; necklace*3; statue*2; phone*2; camera*2; watch*2; umbrella*2; guitar*2; computer*2; piggy bank; mug; dish*2
"""


class ObjectKind:
    """Objects that the same can be done with."""

    def __init__(self, uses: str, looks: str, nouns: str) -> None:
        self.uses = Phrases(uses)
        self.looks = Phrases(looks)
        self.nouns = Phrases(nouns.replace(";", ","))

    def draw(self, random: Callable[[], float]) -> Thing:
        look, share = self.looks.draw(random), random()
        size = ""
        if share < 0.3 and look not in _SIZES:
            size = f"{'big' if share < 0.12 else _RARE.draw(random)}, "
        return Thing(self.nouns.draw(random), look, size, self.uses.items)


def _kinds() -> dict[str, ObjectKind]:
    kinds = {}
    for entry in _OBJECTS.strip().replace("\n|", "|").replace(";\n", "; ").split("\n"):
        name, uses, looks, nouns = entry.split("|")
        kinds[name] = ObjectKind(uses, looks, nouns)
    return kinds


_SIZES = frozenset(
    ["big", "small", "little", "new", "old", "favorite", "fresh", "sweet", "yummy", "tasty"]
)
_RARE = lists_of(THINGS)["rare"]
OBJECTS: Mapping[str, ObjectKind] = _kinds()
