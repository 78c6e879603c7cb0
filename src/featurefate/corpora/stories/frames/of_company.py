# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""Sentences for plots about company: strangers, small animals, greed, days out, play, gifts."""

COMPANY = """
== sees creature
2* When {H} _look {spot}, {h} _see {a C}. // {C.n} _be- {trouble} and _need- help.
4* {suddenly}, {H} _see {a C} {spot}. // {C.n} _be- {trouble}.
3* {H} _hear {a sounds}. // It _be- {a C} who _be- {trouble}.
2* {H} _see {a C} {spot}. // {C.n} _look- very <f:sad>.
{later}, {h} _meet {a C}. // {C.n} _be- {trouble}.
== talks to creature
4* H: [Hello|Hi|Oh no], [little|] {C.kind}! [Why are you <f:sad>|What happened|Are you okay|Do you need help|Where is your mom|Can I help you]? // C: I am {trouble}. [Can you help me?|I want to go home.|I can't find my mom.|I don't know what to do.|Please help me.]
2* C: [Help|Please help me|Oh no]! I am {trouble}! // H: [Don't worry|I will help you], little {C.kind}.
{H} _ask {C.n} what _be- wrong. // {C.n} _say- that it _be- {trouble}.
== wants to keep creature
2* H: [Can we keep it|Can it live with us|I want to take it home], {E.call}? // E: [It has a home|It has a family too|It needs its mom|It is a wild animal], {H.call}.
{H} _want to keep {C.n} as a pet.
== cares for creature
2* {H} _carry {C.n} back to the house, and {h} _give it food and water {always}.
3* {H} _give {C.n} some [water|food|water and food|bread] and a [warm blanket|soft bed].
2* {H} _pick up {C.n} [gently|with care] and _take it [home|to {E}|to a safe place].
2* {H} _put {a wound} on its {part}.
{H} _make a [bed|nest|little house] for {C.n} in a box.
{W} _take+ care of {C.n} {always}.
== frees creature
3* {W} {did free it}. // {finally}, {C.n} _be- free!
2* {H} _use {a tool} to help {C.n}. // {finally}, it _be- free.
{H} _move the [rock|branch|net], and {C.n} _can- move again.
== brings creature home
3* {W} _walk+ and _walk+. // {finally}, they _find+ {C.n}'s [home|mom|family].
2* {H} _climb the tree and _put {C.n} back in its nest.
{H} _help {C.n} look for its family. // They _be+ behind the next tree!
The mom of {C.n} _be- so <f:happy> to see it.
== creature better
3* {later}, {C.n} _be- [better|strong again|well again|big and strong].
2* {C.n} _smile- and _be- not <f:sad> anymore.
{C.n} _can- {do animal act} again.
== creature thanks
4* C: Thank you[, {H.call}| so much| for your help|]! [You are {kind}|You are my friend|I will never forget you|I am so <f:happy> now]!
2* {C.n} _say- thank you and [{did animal act}|_go- home].
{C.n} _give- {H.o} a [kiss|{small thing}|hug].
== creature pays back
2* {later}, {H} _be lost {at P}. // {C.n} _see- {H.o} and _show- {h.o} the way home.
{later}, {H} _lose {h.p} {toy}. // {C.n} _find- it for {h.o}.
{later}, {H} _be in trouble. // {C.n} _come- and _help- {H.o}.
== goodbye creature
3* {H} _wave goodbye to {C.n}.
2* {ever after}, {C.n} _come- to visit {H} {always}.
H: Bye, little {C.kind}! [Be safe|Come back soon|I will miss you]! // {C.n} {did animal act}.
{H} and {C.n} _become+ [good|best] friends.
== sits alone
3* {H} _sit alone {spot}.
{H} _watch the others play and _feel <f:{lonely}>.
== shares food with
2* {F} _have- {treat} and _share- it with {H}.
{H} _give {F} [half of|some of] {h.p} {treat}.
{W} _have+ {treat} together.
== keeps for self
3* {F} _ask- {H} to share {h.p} {goods}, but {H.n} _say no.
2* H: No, [it is all mine|these are mine|I want it all|I don't want to share]! 
2* F: Can I have some {goods}[, please|]? // H: No! [It is mine|Get your own|Go away]!
{H} _hide {h.p} {goods} so that no one _can- have any.
== has goods
3* {H} _have [lots of|a lot of|so many|a big bag of] {goods}.
2* {once}, {H} _get [a big bag of|lots of] {goods} from {E}.
{H} _find a big box full of {goods}.
== others leave
3* {F} _be- <f:{sad}> and _go- away.
2* No one _want- to play with {H} anymore.
All the other [kids|animals] _go+ away to play without {H.o}.
== greed hurts
2* {H} _eat all the {treat} and _get sick. // {h.p} tummy _hurt-.
{H} _try to carry everything, but {h} _fall down.
{H} _have so much, but {h} _be not <f:happy>.
{h} _play alone, but it _be- no fun.
== shares at last
3* {H} _go to {F} and _share {h.p} {goods}.
2* H: [You can have some|Do you want some|Let's share] {goods}[!|, {F.call}!]
{H} _give some {goods} to {F} and all the other [kids|animals].
== trip begins
3* {once}, {E} _say-, "Let's go {to P}!" // H: [Yay|Hooray|Yes|Wow]! [I can't wait|I love {the P}|Let's go]!
2* {once}, {H} and {E} _get+ in the [car|bus|train|boat|old truck] and _go+ {to P}.
{H} _pack a bag with {treat} and {toys}. // {h} _be going {to P}.
== trip sights
3* {H} _see {sight} and {sight}. // H: Look, {E.call}! [So many {sight}|I see the {sight}|They are so {big}]!
2* First, they _see+ the {sight}. // Then, they _see+ the {sight}.
2* They _go+ to look at the {sight}. // {H} _point and _laugh.
{H} _say hello to the {sight} and _take a picture.
== trip fun
2* They also {did game}, and some of the other people {did play} with them.
3* {W} {did game} and {did game}.
2* {H} {did game}. // It _be- so much fun!
{H} _laugh and {did play}.
== trip trouble
2* {suddenly}, {H} _can not see {E.n}. // {h} _be lost and <f:{scared}>! // But soon {E} _find- {h.o}. // E: There you are, {H.call}! I was so <f:worried>!
{H} _fall and _hurt {h.p} {part}. // {E} _give- {h.o} {a wound}.
{H} _drop {h.p} {food} on the ground. // {E} _buy- {h.o} a new one.
{a animal} _take- {h.p} {food} and _run- away. // Everyone _laugh-.
== pretends
3* {H} _find {a box}. // H: Let's pretend! I am the {job}! // F: And I am [a dragon|your friend|your helper]!
2* {W} _pretend+ that the {box} _be- a [car|ship|train]. // H: I am the {job}!
{H} _put on {a wear} and _say-, "I am the {job}!"
== pretend adventure
3* {w} [_fight+|_run+ from|_hide+ from|_catch+] a [big|green|scary|giant|tiny] [dragon|monster|lion|robot|shark] and _save+ the [king|queen|castle|princess|town|{toys}].
2* {w} [_sail+|_swim+|_row+] [over the sea|to an island|on a big wave|past the sharks] and _find+ [a treasure|{a prize inside}|a chest full of gold|{a box}].
{w} _fly+ to the moon and _see+ the stars.
The [couch|bed|table|{box}] _be- a [ship|castle|mountain|train|rocket] and the [floor|carpet|grass] _be- [the sea|the sky|hot lava|a river].
{w} _look+ for [treasure|gold|dragons|the moon|a lost king] [with an old map|{spot}|under the {sight}|in the dark cave].
== pretend ends
2* E: [Dinner is ready|Time to come home|What are you playing]! // H: We are [pirates|heroes|on an adventure], {E.call}!
{E} _laugh- and _give- {W.o} {treat}.
== turn
3* {suddenly}, something [unexpected*6|strange|funny|bad|amazing|surprising] _happen-.
== birthday
3* {once}, it _be- {F.n}'s birthday. // {H} _want to give {F.o} a [special |nice |]gift.
2* It _be- {F.n}'s birthday, and {H.n} _do not have a gift.
== thinks of gift
3* {H} _think and _think. // What _will- {F.n} like?
2* {H} _go to the [store|toy store|market|shop], but [everything|the {toy}|the nice {toy}] _cost- too much.
H: What can I give to {F.call}, {E.call}? // E: [Something from your heart|You can make something|What does your friend like]?
== makes gift
3* {H} _take some [paper|wood|paint|string] and _make {a present}.
2* {H} _work {long} to make {a present}.
{H} _find {a present} and _put it in a box with a red ribbon.
== gives gift
2* When {F} _see- the {present}, {f} _be- so <f:{happy}> that {f} _hug- {H.n} and _say-, "This is the best day ever!"
3* {H} _give {F} the {present}. // F: [Wow|Oh]! [I love it|It is so pretty|It is the best gift|Thank you, {H.call}]!
2* H: Happy birthday, {F.call}! // {F} _open- the box and _see- the {present}.
== party
3* All the friends _come+ to the party. // {w} _eat+ {treat} and {did play}.
2* There _be- a big cake and many balloons.
Everyone _sing- and _dance-.
== making begins
3* {once}, {H} _want to {do make}.
2* {once}, {H} and {F} _decide+ to {do make}.
H: Let's {do make}! // F: [Yes|Okay], [let's do it|that sounds fun|I will help you]!
== gathers
3* First, {w} _get+ {stuff} and {stuff}.
2* {W} _need+ {stuff}, {stuff} and {stuff}.
{H} _find some {stuff} {spot}.
== making fails
3* {suddenly}, it _fall- [down|apart]! // [All the work _be- gone|Oh no|It _be- a big mess].
2* It _look- [bad|funny|wrong]. // {H} _do not like it.
{F} _forget- the {stuff}, and it _do- not work.
{a animal} _run- by and _break- it.
== makes it
3* {W} [_work+ slowly|_work+ together|_take+ {w.p} time|_be+ very careful] and [_help+ each other|_do+ not stop|_sing+ a song|_laugh+ a lot].
2* {H} _mix the {stuff} and {F} _hold- the {stuff}.
{H} _put the {stuff} on top, and {F} _help-.
== makes again
3* {W} _try+ again. // This time, {w} [_work+ slowly|_work+ together|_use+ more {stuff}|_take+ {w.p} time|_be+ more careful] and [_help+ each other|_do+ not stop|_sing+ a song|_think+ first|_laugh+ a lot].
2* {W} _start+ again from the beginning, and {F} _hold- the {stuff}.
== made it
3* {finally}, it _be- done. // It _be- [so pretty|big and strong|perfect|beautiful|the best one ever]!
2* {W} _look+ at what they _have+ made and [_smile+|_clap+|_be+ <f:proud>|_laugh+|_call+ all {w.p} friends].
H: We did it! [Look, {E.call}|It is so {big}|It looks great]!
== wish
3* {H} _find {a magic thing} {spot}. // It _start- to [shine|glow|talk].
2* {once}, {H} _meet a fairy. // The fairy _say-, "I will give you one wish."
{H} _see a star fall from the sky and _make a wish.
== wishes
3* H: I wish I could {do big wish}!
2* H: I want to {do big wish}! // There _be- a bright light.
{H} _close {h.p} eyes and _wish to {do big wish}.
== wish granted
3* {suddenly}, the wish _come- true! // {H} _can {do big wish}!
2* Poof! {H} _can not believe it. // {h} _can {do big wish}!
== wish trouble
3* But then {H} _feel <f:{lonely}> <r:because {h} _have no one to share it with>.
2* But it _be- not as fun as {h} _think.
At first it _be- great, but then {h} _miss {h.p} [family|friends].
== wish undone
3* H: I wish [everything was as before|I was home again|I could go back]!
2* H: I want to be me again! // {suddenly}, everything _be- as before.
== plants
3* {H} _dig a [small|little|deep] hole [in the garden|in the yard|near the house] and _put a [seed|tiny seed|little seed] in [the ground|it]. // {h} _want to grow {a plant}.
2* {E} _give- {H} a seed. // E: Put it in the ground and give it water {always}.
{H} _find a little seed. // {h} _plant it in the garden.
== waits for plant
3* {always}, {H} _give it water and _wait. // But nothing _happen-.
2* {H} _look at the ground {always}. // [No {plant}|Nothing _grow-].
H: Why does it not grow?
== counsels patience
3* E: [Don't worry|Be patient|Just wait|Keep trying|Give it time], {H.call}. [It will grow|Plants need time|The sun will help|Water it every day|Good things take time].
2* {E} _tell- {H.o} to [wait|be patient|keep trying].
== plant grows
3* {later}, {H} _see a tiny green leaf! // It _grow- and _grow-.
2* {later}, there _be- a big, pretty {plant}.
The sun _shine- and the rain _fall-, and soon the {plant} _be- tall.
== sick
3* {once}, {F} _be- sick and _can- not [play|{do play}|go {to P}|come {to P}]. // {f} _have- to stay in bed.
2* {once}, {F} _do- not come to play. // {H} _find out that {f} _be- sick.
== visits sick
3* {H} _make some soup and _take it to {F}.
2* {H} _bring {F} {a gift} and _read {f.o} a story.
{H} _sit next to {F.n}'s bed and _tell {f.o} funny stories.
== gets well
3* {later}, {F} _feel- better. // {W} _can+ play again.
2* F: You made me feel better! Thank you, {H.call}!
== tease
3* {H} _laugh at {F} <r:because {f} _be- {different}>.
2* H: You are so [slow|small|silly|funny]! // {F} _look- down.
{H} _take {F.n}'s {toy} and _run away.
{H} _push {F} and _laugh.
== advises to share
3* E: [If you share, you will have friends|Friends are better than {goods}|You should share your {goods}|No one likes to be alone], {H.call}. [Say sorry|Sharing is fun|You can make it right].
2* {E} _tell- {H.o} that sharing _be- good.
== advises kindness
3* E: [That was not nice|How would you feel|Words can hurt|You must be kind], {H.call}. [Please say sorry|Everyone is different|We should be nice to everyone|Be kind to your friends].
{E} _see- it and _tell- {H} to be kind.
== good deed
2* {suddenly}, {H} _fall {low spot} and _can not get out. // {F} _see- {h.o} and _help-.
{later}, {H} _need help. // {F} _come- and _help- {h.o}, even though {H.n} _have been mean.
"""
