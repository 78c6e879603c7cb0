# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""Names, kinds of creatures, and elders, with how common they are."""

from featurefate.corpora.stories.words.phrases import Phrases

BOYS = Phrases(
    """Tim*80, Tom*34, Max*18, Ben*16, Sam*16, Bob*14, Jack*9, Timmy*7, Billy*5, Joe*5, John*4,
    Tommy*5, Leo*4, Bobby*3, Jimmy*2, Peter*2, Fred*2, Danny*2, Andy*2, Toby, Mark, Dan, Noah,
    Oliver, Henry, Charlie, Jake, Adam, Johnny, Sammy, Mike, Harry, Luke, Paul, David, Will,
    Joey, Jerry, Eddie, Freddy, Alex, Theo, Finn, Kevin, Daniel, Ted, George, Frank, Pete, Roy"""
)
GIRLS = Phrases(
    """Lily*60, Sue*32, Lucy*20, Mia*20, Amy*12, Sara*14, Anna*14, Sally*7, Jane*5, Lila*4, Sarah*5,
    Emma*4, Ella*3, Molly*3, Jen*2, Daisy*2, Mary*2, Lisa*2, Bella*2, Penny*2, Jenny*2, Millie,
    Luna, Kate, Susie, Annie, Alice, Emily, Rose, Grace, Ruby, Tina, Zoe, Maya, Nora, Clara, Lola,
    Sophie, Julia, Betty, Laura, Polly, Maria, Jill, Abby, Ann, Katie, Olive, Violet, Nina"""
)
PETS = Phrases(
    """Spot*20, Max*18, Fluffy*9, Buddy*8, Kitty*8, Bobo*6, Mimi*4, Tim*10, Tom*6, Sam*6, Sue*5,
    Daisy*3, Momo*3, Whiskers*2, Benny*2, Coco*2, Bella*2, Ducky, Chirpy, Teddy, Sunny, Pip,
    Ziggy, Ollie, Bunny, Hoppy, Snowy, Rex, Rocky, Pinky, Squeaky, Buzzy, Goldie, Nutty, Fuzzy,
    Leo*3, Mia*3, Lucy*3, Billy*2, Bob*4, Lily*4, Remy, Fin, Jazz, Zoom, Tiny, Patch, Honey"""
)
SHE_NAMES = frozenset(GIRLS.items) | {"Kitty", "Mimi", "Daisy", "Bella", "Honey", "Coco", "Goldie"}
HE_NAMES = frozenset(BOYS.items) | {"Rex", "Buddy", "Bobo", "Teddy", "Rocky"}

ANIMALS = Phrases(
    """dog*16, cat*14, bird*10, bunny*6, rabbit*6, bear*6, frog*5, duck*4, mouse*5, squirrel*4,
    fox*3, lion*3, monkey*3, elephant*2, turtle*2, pig*2, puppy*2, kitten*2, bug*2, bee, cow*2,
    owl, deer, lamb, goat, horse*2, penguin, mole, hedgehog, dragon, butterfly, ladybug, hippo,
    giraffe, tiger, wolf, panda, zebra, beaver, parrot, donkey, chick"""
)
FLYERS = frozenset(Phrases("bird, bee, owl, dragon, butterfly, ladybug, parrot, bug").items)
HOPPERS = frozenset(("bunny", "rabbit", "frog"))

CREATURES = Phrases(  # met by chance: no name, and can talk
    """bird*12, cat*6, dog*8, frog*5, bunny*4, rabbit*4, squirrel*5, mouse*5, duck*4, turtle*2,
    butterfly*3, bug*4, fish*4, bee*2, kitten*2, puppy*2, ant*2, owl, crab, fox*2, bear*2, snail,
    worm, spider*2, ladybug, deer*2, lamb, mole, bat, pig, horse, cow, goat, monkey*2, pigeon"""
)
LOOKS = Phrases(
    """little*30, big*8, small*10, tiny*4, young*3, white*2, brown*3, black*2, fat, cute*3, fluffy*2,
    gray, pretty*2, furry, yellow, green, blue, skinny, chubby, baby*2"""
)

RELATIVES = Phrases(  # somebody's; who is called by it too
    """mom*60, dad*16, mommy*3, daddy*2, grandma*6, grandpa*4, mother*3, big sister*2,
    big brother*3, aunt, uncle, father, mama"""
)
STRANGERS = Phrases(  # nobody's
    """old man*8, old lady*4, wise owl*5, farmer*3, teacher*3, kind man*3, old woman*2, old bear,
    old turtle, kind lady*2, doctor, fisherman, nice lady, big bear, old rabbit, baker,
    shopkeeper, policeman, gardener, wise old man, fairy*2, king, queen, park keeper, fireman"""
)
FEMALE = frozenset(  # among the elders
    Phrases(
        """mom, mommy, grandma, mother, aunt, mama, queen, fairy, teacher, big sister, old lady,
        old woman, kind lady, nice lady"""
    ).items
)
