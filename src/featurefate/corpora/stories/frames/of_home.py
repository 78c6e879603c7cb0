# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""Sentences for plots at home: something broken, wanted, opened, cleaned, tasted, made."""

HOME = """
== plays near precious
2* {once}, {H} _be playing in the house with {h.p} {toy}. // {E} _have- {a T} on the table.
2* {E} _have- {a T}. // E: [Don't touch my {T}|Please be careful with my {T}|You must not touch the {T}], {H.call}.
{once}, {H} _run in the house. // There _be- {a T} on the [shelf|table].
{H} _know {h} _be not to touch {the T}, but {h} _want to see {it}.
== breaks thing
3* {suddenly}, {H} _hit {the T} and it _fall- down. // [Crash|Oh no|Bang|Snap]! {the T} _break-!
2* {H} _jump and [_hit|_bump] the table. // {the T} _fall- on the floor and _break- [into many pieces|in two].
{H} _pick {it} up, but {it} _fall- and _break-.
{the T} _fall- with a loud crash.
== hides pieces
2* {H} _hide the pieces [{hidden spot}|under {h.p} bed].
{H} _put the pieces {hidden spot} and {did run} away.
{H} _hope that no one _will- see.
== asked about thing
3* {E} _come- and _ask-, "[Who broke my {T}|What happened to my {T}|Where is my {T}|Did you break my {T}]?"
{E} _see- that {the T} _be- broken. // E: [What happened|Who did this|{H.call}, did you do this]?
== lies
2* H: [It was not me|I don't know|It was the {animal}|The wind did it]. // But {h} _feel bad.
{H} _say it _be- the {animal}.
{H} _shake {h.p} head and _say no.
== tells truth
3* H: [I broke it|I did it|It was me|I broke your {T}]. I am [so |very |]sorry. [It was an accident|I did not mean to|I was playing and it fell].
2* {H} _take a deep breath and _tell [the truth|{E.n} the truth|{E.n} everything|{E.n} about the {T}].
{H} _decide to tell {E} the truth.
== elder glad of truth
3* E: [Thank you for telling me the truth|I am glad you told me|I am not <f:mad>|It was an accident|It is only {a T}], {H.call}. [We can fix it|Next time, be careful|I still love you|It is good to tell the truth].
{E} _be- a little <f:sad>, but {e} _give- {H.o} a hug.
{E} _be- not <f:angry> <r:because {H.n} _have told the truth>.
== mends thing
3* {W} _get+ some [glue|tape|string] and _fix+ {the T} together.
2* {H} and {E} _fix+ {the T} [with glue|together]. // {it} _be- [not the same, but still {look}|almost like new|good again].
{H} _help {E} clean up the mess.
{H} _make a new {T} for {E.o}.
== mends together
2* {W} _get+ some [glue|tape|string] and _fix+ {the T} together.
{W} _fix+ {the T} with [glue|tape|string]. // {it} _be- almost like new.
== asks for thing
3* H: [Can I have|Can we buy|I want|Can you give me] {a T}[, please|, {E.call}|][?|, {E.call}?]
2* {H} _ask {E} for {a T}.
{H} _tell {E} that {h} _want {a T}.
== elder says no
3* E: [No, {H.call}|Not now|Not today|We can't buy it|You have many toys|It costs too much money]. [You have to wait|You can save your money|You must work for it|You need to be patient|Maybe for your birthday].
{E} _say- no <r:because it _cost- too much>.
{E} _say- that {H.n} _have to [wait|save {h.p} money|help at home].
== works for it
2* {H} _help people in town. // {h} {did chore} for an old lady and {did chore} for a man with a big car.
3* {H} _want to get some money. // {h} {did chore} and {did chore}.
2* {always}, {H} _work hard. // {h} {did chore}, {did chore} and {did chore}.
{H} _help {E} to {do chore}. // {E} _give- {H.o} a coin.
{H} _put the coins in a jar and _count them {always}.
{H} _wait and _wait. // {h} _be very patient.
== gets thing
3* {finally}, {H} _have enough money. // {h} _go to the store and _buy {the T}.
2* {E} _be- <f:proud> and _give- {H.o} {a T}.
On {h.p} birthday, {H} _open a big box. // Inside _be- {a T}!
{finally}, {E} _take- {H} to the store and _buy- {the T}.
== finds container
3* {once}, {H} _find {a box} [under a big tree|behind a bush|in the garden|under {h.p} bed|near the road|in the grass]. // [It _be- closed|It _be- very heavy|{h} _want to know what _be- inside|There _be- a lock on it].
2* {H} _see {a box} [in the sand|by the door|under a tree|on a high shelf]. // H: [What is in it|What is inside|What can it be]?
== cannot open
3* {H} _try to open it, but it _be- [locked|stuck|too hard|closed tight].
2* {H} {did try hard}, but the {box} _do- not open.
{H} _shake it. // Something inside _make- a noise.
== opens container
3* {W} {did try hard} and at last the {box} _open-.
2* {F} _find- a key {hidden spot}. // {w} _open+ the {box}.
{H} _pull the lid, and {F} _push-. // Pop! The {box} _open-.
{H} _open the {box} [slowly|with the key|carefully].
== inside is
3* Inside, there _be- {a prize inside}! // {W} _be+ so <f:{surprised}>.
2* The {box} _be- full of {toys} and {treat}.
Inside the {box} _be- {a prize inside} and {a small thing}.
It _be- full of {small things} and old {toys}.
== whose box
2* There _be- a note too. // It _say- that who finds it _can- keep it.
E: That box was mine when I was little. [Now it is yours|You can share it].
{W} _decide+ to share it with [everyone|all their friends].
== makes mess
3* {H} _play {long} and _make a big mess. // There _be+ {toys} everywhere.
2* {h.p} room _be- very [messy|dirty]. // There _be+ {toys} on the floor and {toys} on the bed.
{H} _leave {h.p} {toys} on the floor {always}.
{H} _spill the {drink} and _make {a mess}.
{H} _paint on the wall. // It _be- a big mess.
== told to clean
3* E: [Please clean up|You need to clean your room|It is time to clean up|Look at this mess|Please put your toys away], {H.call}.
2* {E} _see- the mess and _be- not <f:happy>. // E: You must {do chore}.
{E} _ask- {H.o} to {do chore}.
== does not want
3* H: No, [I don't want to|I want to play|it is too hard|cleaning is boring|I am too <f:{tired}>][.|!]
2* {H} _do not want to [clean|help|stop playing].
{H} _say no and _go to play.
== trips on mess
2* {suddenly}, {H} _step on {a toy} and _fall. // H: Ouch! My {part} hurts!
Then, {H} _can not find {h.p} favorite {toy} in the mess.
{later}, {E} _fall- over the toys and _hurt- {e.p} {part}.
== cleans
2* {H} _put all the {toys} back into the box, and then {h} {did chore} before dinner.
3* {W} {did chore} and {did chore}. // {finally}, everything _be- clean.
2* {H} _pick up the {toys} and _put them in the box. // {h} {did chore} too.
{w} _sing+ a song and {did chore}. // It _be- fun!
== new food
3* {once}, {E} _make- a new food. // It _look- [strange|green|funny|{bad taste}].
2* {E} _give- {H.o} a [bowl of {bad taste} soup|big plate of green beans|{bad taste} {food}].
{H} _see {a food} {spot}. // {h} _have never eaten one.
== will not eat
3* H: [Yuck|No|I don't like it]! [I don't want to eat it|It looks bad|I will not eat that]!
2* {H} _do not want to eat it. // {h} _push the plate away.
{H} _make a face and _shake {h.p} head.
== urged to taste
2* B: [Just try it|Try one bite|Have a small bite|You might like it|It is good for you], {H.call}.
B: It will make you [big|strong|fast|healthy]. Just try [it|a little bit].
{B} _take- a big bite and _smile-. // B: Mmm, it is {taste}!
== tastes
3* {H} _take a [small|tiny|little|big] bite. // It _be- {taste}!
2* {H} _close {h.p} eyes and _take a bite. // H: [Mmm|Wow|Yum]! It is {taste}!
== tastes bad
2* {H} _take a big bite. // It _be- too {bad taste}! // {h} {did run} to get some water.
H: Ouch! It is so {bad taste}! // {E} _give- {H.o} a glass of [milk|water].
== eats all
2* {H} _eat it all and _ask for more.
{H} _want to eat it {always}.
"""
