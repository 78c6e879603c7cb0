# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""What characters do: verb phrases in base form, by occasion."""

DOINGS = """
== help
help me*12, be so kind*5, be my friend*4, be there for me*2
== habit
play outside*6, sing*4, dance*3, explore*4, draw*3, paint*2, read books*2, jump*2, run fast*3,
climb trees*2, ride a bike*2, help others*4, make new friends*3, look at the stars, cook,
collect rocks, pick flowers*2, play with toys*4, build things*2, eat cookies, tell stories,
swim*2, splash in puddles, play music, watch the clouds, play with blocks, learn new things*2,
bake cakes, play ball*2, dress up, play in the mud*2, eat fruit*2, ask questions, count things,
play games*3, listen to music, go on adventures*2, take long naps, look at pictures, make jokes
== play
play*4, play games*4, play tag*5, play hide and seek*6, run & jump*5, run around*4, play catch*3,
play with the ball*5, sing songs*3, dance*4, tell stories*2, laugh & play*4, draw pictures*2,
play on the swings*4, go down the slide*3, climb trees*2, chase butterflies*2, build a tower*2,
play with friends*3, sing & dance*3, roll in the grass, pretend to be pirates, pretend to be animals,
look for bugs, count the clouds, splash in the water*2, make funny faces, jump rope, race*2,
have a picnic*2, play with dolls*2, play with cars*2, play with blocks*2, swing high,
ride bikes*2, throw a ball*2, pick flowers*2, look at the clouds, fly a kite, play a game*5
== outing
play*6, walk*4, look at the flowers*2, feed the ducks*2, pick flowers*2, look for shells, read a book,
ride a bike, run around*2, sit in the sun*2, have a picnic*2, catch bugs, look for treasure,
explore*4, gather nuts, pick apples, fly a kite, chase butterflies*2, look at the birds, take a walk*2
== chore
clean the room*3, wash the dishes*3, water the plants*3, sweep the floor*2, feed the dog, fold the clothes*2,
put away the toys*4, rake the leaves, set the table*2, carry the bags*2, make the bed, feed the chickens,
cook dinner*2, wash the car, pick up the trash*2, bake bread, hang the wet clothes, dust the shelf,
mop the floor, dig in the garden, paint the fence, bring in the wood, peel the potatoes
== skill
ride a bike*5, swim*5, sing*3, dance*4, draw*3, read*4, write*2, whistle*2, skate*2, fly a kite*2, climb a tree*3,
tie a knot*2, play the guitar*3, play the flute*2, play the drum*2, cook soup*2, bake a cake*3, count to ten*2,
catch a ball*3, kick a ball*2, jump high*3, jump rope*2, hop on one foot, paint*3, juggle, play chess*2,
do a trick*2, do magic*2, ski, row a boat*2, sew, knit a scarf, throw a ball far, do a dance, roll down a hill,
spell hard words, make a paper plane, dive, do a flip, stand on one leg, play the piano*2, march, build a fort
== rest
take a nap*4, sit down*4, drink some water*3, eat a snack*3, rest under a tree*4, lie down*3, go to sleep*2,
sit on a bench*2, drink some juice, lie in the grass*2, listen to the birds*2, look at the sky*2
== bedtime
go to bed*6, fall asleep*5, close both eyes*2, take a bath, put on pajamas, read a story*3,
say goodnight*3, get into bed*3, go to sleep*4, hug the teddy bear
== try hard
pull hard*5, push hard*5, pull with both hands*3, jump up and down*2, jump high*3, shout for help*2,
look for a stick*3, climb up*4, dig with both hands, wait*2, think hard*4, use a rope*2,
reach up*3, run back and forth, stand on a rock*2, ask a bird*1, try again*3
== free it
pull with both hands*4, pull hard*4, dig with both hands*2, use both arms*2, reach down*3, work fast*2, use a long stick*3
== search
look under the bed*6, look behind the door*3, look under the table*3, look in the garden*3, look in the box*3,
look behind the couch*3, look in the closet*4, look on the shelf*2, look in the grass*3, look behind the tree*4,
look in the toy box*3, look under the blanket*2, look inside every bag, look in the kitchen*3, look outside*3,
look up in the tree*2, look near the pond*2, look under the chair*2, look around the yard*3, look in the car*2,
look in the basket, look under a pile of leaves, look behind the bushes*2, look everywhere*5
== animal act
bark*2, meow, run away*3, jump*2, hop away*2, fly away*3, eat*2, sleep, sing*2, make a funny sound,
swim*2, climb, hide*2, roll over, dig, chew
== make
build a sandcastle*3, build a fort*2, make a card*3, bake a cake*5, bake cookies*4, make soup*3, paint a picture*4,
make a kite*2, build a tower*4, make a boat*2, make a hat*2, build a birdhouse*2, make a nest, draw a map*2,
make a snowman*2, build a house*3, make a swing*2, make a robot*2, make a crown*2, make a necklace*2, make a salad,
bake bread*2, make a mask, build a bridge*2, make a puppet, make jam, build a raft, bake a pie*2, make a sandwich
== big wish
fly*5, be big and strong*3, be a king, be a princess*2, see the sea*2, be famous, have a friend*3, have a party*2,
go on an adventure*3, have a pet*2, see the moon*2, touch the sky*2, be a hero*2, find treasure*3, be invisible, ride a horse*2,
visit a castle*2, meet a dragon, drive a train*2, have a magic wand, win a race*2, have lots of candy, be tall*2
== danger
run into the street*2, climb the tall tree*3, touch the hot stove*4, play with matches*2, eat the red berries*2,
go into the dark cave*3, swim in the deep water*3, play with the knife, open the gate*2, go near the river*2,
eat all the candy*3, jump on the bed*3, play with the scissors*2, go into the forest alone*3, touch the fire*2,
climb on the roof*2, run near the pool, touch the sharp tool*2, feed the big bear, leave the yard*2, walk on the ice*2,
stand on the chair*2, play in the mud in new clothes*2, poke the bees, ride down the steep hill*2, drink the strange juice
"""
