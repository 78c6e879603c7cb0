# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""How stories begin, and who is in them."""

OPENINGS = """
== opens alone
9* <o:Once upon a time, there was {a H}.>
4* <o:Once upon a time, there was {a H}> who [_love to {do play}|_live in {a home}|_want to {do big wish}|_have {a colourful} {toy}|_be good at {doing skill}].
3* <o:Once upon a time there was {a H}.>
2* <o:Once upon a time, there lived {a H}.>
<o:Once there was {a H}.>
<o:Once, there was {a H}.>
<o:A long time ago, there was {a H}.>
<o:Once upon a time, {a H} [_live|_be] in {a home}.>
<o:There once was {a H}.>
== opens land
5* <o:Once upon a time, in {a land}, there was {a H}.>
3* <o:Once upon a time, in {a land}, there lived {a H}.>
2* <o:In {a land}, there lived {a H}.>
<o:Once upon a time, in {a land} near {the P}, there was {a H}.>
<o:Far away, in {a land}, [lived|there was] {a H}.>
<o:Once upon a time, {a H} [_live|lived] in {a land}.>
== opens now
3* {a H} _live in {a home} [near {the P}|with {h.p} family|].
2* {H.n} _be a [little|small|young|very {trait}] {H.kind}.
{a H} _live in {a land}.
== opens today
6* <o:One day, {a H} [_go|_walk|{did run}] {to P} to {do outing}.>
4* <o:One day, {a H} _be [playing|walking|playing with {h.p} {toys}] {at P}.>
2* <o:One day, {a H} _want to go {to P}.>
2* <o:One day, {a H} _go {to P} with {E.n}.>
<o:One sunny day, {a H} [_go|{did run}] {to P}.>
<o:One morning, {a H} _wake up and _go {to P}.>
<o:{a H} _be playing {at P}.>
<o:One day, {a H} _be looking for something to do {at P}.>
== opens pair
4* <o:{H.n} and {F.n} _be+ [best |good |]friends.> // {w} [_like+|_love+] to {do play} [and {do play}|together|{at P}].
2* <o:{H.n} and {F.n} [_like+|_love+] to play {at P}.>
2* <o:Once upon a time, there were two friends named {H.n} and {F.n}.> // {w} [_love+|_like+] to {do play} [together|{always}].
<o:Once upon a time, there were two friends, {H.n} and {F.n}.> // {w} _live+ [near {the P}|in {a home}].
<o:{H.n} and {F.n} _be+ twins.> // {w} [_like+|_love+] to {do play} together.
== opens pair today
2* <o:{H.n} and {F.n} _be+ playing {at P}.>
2* <o:{H.n} and {F.n} _be+ playing with their {toys} {at P}.>
2* <o:One day, {H.n} and {F.n} _go+ {to P}.> // {w} _want+ to {do outing}.
2* <o:One day, {H.n} and {F.n} _be+ playing {at P}.>
<o:{H.n} and {F.n} _be+ good friends, and one day they _go+ {to P}.>
== habit
2* {H} _live with {h.p} [mom and dad|family|parents|mom] in {a home}, and {h} [_be <f:{happy}> there|_have {h.p} own room|_love {h.p} bed|_have lots of {toys}].
{H} _have [brown hair|big eyes|a loud voice|a sweet smile|little hands|a good heart] and {h} [_love|_like] to {do play}.
4* {H} _love to {do play} and {do play}.
4* {H} [_like|_love] to {do play} with {h.p} friends.
2* <t:Every day>, {h} _will {do play} {at P}.
2* {H} _love [{h.p} {toys}|{h.p} {small thing}|{h.p} {toy}] very much.
2* {H} _live in {a home} with {h.p} [family|mom and dad|mom].
{H} _be very good at {doing skill}.
{H} _have [{a colourful} {toy}|many {toys}|lots of {toys}].
<t:Every morning>, {H} _wake up and _go outside to {do play}.
{H} _have a big smile and a kind heart.
{H} _be three years old and _love to {do play}.
== own habit
2* {H} [_like|_love] to {do habit}, and sometimes {h} also _like to {do play} with {h.p} family.
{H} _be the kind of {H.kind} who _love to {do habit}.
6* {H} _love to {do habit}.
3* {H} [_like|_love] to {do habit} more than anything.
4* {H} [_love|_like|_love] to {do habit} {always}.
{H} _live in {a home} and _love to {do habit}.
4* {H} _love to {do habit} and eat {treat}.
== pair habit
3* {H} _love to {do habit}, and {F.n} _love- to {do play}.
2* {H} _love to {do habit} most of all.
{H} always _want to {do habit}, and {F.n} [_want- to|_like- it] too.
== likes treat
3* {h.p} favorite food _be- {treat}.
2* {H} also [_like|_love] to eat {treat}.
2* {H} _love {treat} [very much|more than any other food|].
{E} often _say- that {e} _will- make {treat} for {H.o}.
== traits of pair
3* {H} _be [very |]{trait}, and {F.n} _be- [very |]{friend trait}.
{H} _be the {trait} one, and {F.n} _be- the {friend trait} one.
== friend trait
3* {F} _be- very {friend trait}.
2* {F} _be- {a friend trait} {F.kind}.
{F} _be- [so|always so|often very|a little] {friend trait}.
Everyone _know- that {F.n} _be- {friend trait}.
== trait gentle
2* {H} _be {a trait} {H.kind}.
2* {H} _be very {trait}.
3* {H} _be always [kind|nice|good] to {h.p} friends.
2* {H} _be very {trait} and [everyone _love- {h.o}|_like to help others].
{H} _share {h.p} toys with everyone.
Everyone _like- {H.n} <r:because {h} _be so {trait}>.
== trait bold
2* {H} _be {a trait} {H.kind}.
2* {H} _be very {trait}.
2* {H} _be very {trait} and always _want to try new things.
2* {H} always _want to see new things.
{H} _be {trait} and full of energy.
{H} _want to know about everything.
{H} _love to [go on adventures|explore new places|climb high things|look inside every {box}|find new {small things}] [{always}|{at P}|and tell everyone about it].
== trait timid
2* {H} _be {a trait} {H.kind}.
2* {H} _be very {trait}.
2* {H} _be a little <f:shy> and [_do not talk much|_do not have many friends|_stay near {E.n}].
{H} _be very {trait} and _do not like loud noises.
{H} _be often <f:scared> of new things.
{H} _be so {trait} that {h} [always _play alone|never _speak|_hide when people _come-].
== trait difficult
2* {H} _be {a trait} {H.kind}.
2* {H} _be very {trait} and [_do not like to share|_do not listen|_do not have many friends|_do not help anyone].
2* {H} _do not like to [share {h.p} toys|listen to {E.n}|wait|clean up|say sorry].
{H} always _want to [win|be first|have everything|have more].
Sometimes, {h} _be {trait} and [not nice|not kind] to {h.p} friends.
== trait merry
2* {H} _be {a trait} {H.kind}.
2* {H} _be very {trait}.
2* {H} _be always [happy|laughing|smiling] and _love to [laugh|play|make others laugh].
2* {H} _be very {trait} and [_make everyone laugh|_love to play].
{H} _have a big smile on {h.p} face {always}.
{H} _do silly things, [like {doing play}|with {a toy} on {h.p} head|{always}|{at P}], and all {h.p} friends _laugh+.
== trait clever
2* {H} _be {a trait} {H.kind}.
2* {H} _be very {trait}.
2* {H} _be very {trait} and [_know many things|_like to learn|_love to read|always _have good ideas].
{H} _like to [think|read|ask questions|look at {small things}] and find out how [things|{toys}|the {sight}|clocks|trains] _work+.
Everyone _ask- {H.o} for help <r:because {h} _be so {trait}>.
{H} _have many [good ideas|books|questions].
== has friend
3* {H} _have a [best |good |]friend named {F.n}. // {w} _play+ together {always}.
2* {h.p} best friend _be- {a F}.
{H} and {F.n} [_be+ best friends|_like+ to play together|_do+ everything together].
== has nameless friend
2* {h.p} best friend _be- {a F}.
{H} _have a good friend. // It _be- {a F}.
== has thing
4* {H} _have {a T}. // {h} [_love {it} very much|_take {it} everywhere|_like to {T.use} {always}].
3* {H} _have a favorite {T}. // {h} [_love {it} very much|_play with {it} {always}|_take {it} to bed {always}].
2* {h.p} favorite [thing|toy] _be {a T}. // {h} [_love|_like] to {T.use}.
{H} _love {h.p} {T} more than anything else.
{E} _give- {H.o} {a T}. // {H} _be so <f:happy> and _want to {T.use} {always}.
== wants thing
3* {H} _see {a T} {at P}. // {h} [really |]_want to {T.use}.
2* {H} _want {a T} [very much|more than anything|so much].
<t:One day>, {H} _see {a T} in the [store|window|shop]. // {h} _want {it} very much.
{H} _wish {h} _have {a T}.
All the other [kids|children|animals] _have+ {a T}, but {H.n} _do not.
== is lonely
3* {H} _do not have [any|many] [friends|friends to play with|friends {at P}|friends to {do play} with]. // {h} _be often <f:{lonely}>.
2* {H} _be <f:{lonely}> <r:because {h} _have no one to play with>.
{H} _be new in town and _do not know anyone.
The other [kids|animals|children] _do+ not play with {H.o} <r:because {h} _be {different}>.
"""
SCENES = """
== goes alone
2* {once}, when {H} _be [playing|walking] {at P}, {h} _hear {a sounds} and _stop to look.
2* {once}, {H} _get up early, _put on {h.p} [shoes|hat|coat|boots] and _go {to P} [to {do outing}|with {h.p} {toys}].
{once}, {H} _go out of the house and {did run} {to P} as fast as {h} _can.
6* {once}, {H} _go {to P} [to {do outing}|to play|].
3* {once}, {H} _be playing {at P}.
2* {once}, {h} _decide to go {to P} [to {do outing}|to play|].
2* {once}, {H} [{did run}|_walk] {to P}.
2* {once}, {H} _want to {do outing}, so {h} _go {to P}.
{once}, while {H} _be walking {at P}, {h} _see [{a view}|some {sight}|many {sight}].
{once}, {H} _go for a walk {at P}.
{once}, {H} _be bored. // {h} _go {to P} to look for something fun to do.
{once}, {h} _wake up early and _go {to P}.
== goes with elder
4* {once}, {H} and {E} _go+ {to P}.
3* {once}, {E} _take- {H.o} {to P}.
2* {once}, {E} and {H} _be+ walking {at P}.
{once}, {H} _ask {E} [to go|if they _can+ go] {to P}. // E: [Yes|Okay|Of course], {H.call}. [Let's go|We can go] [now|together]!
{once}, {H.n} and {E} _be+ {at P}.
== goes with friend
4* {once}, {H} and {F} _go+ {to P} [to {do outing}|to play|].
3* {once}, {H} and {F} _be+ playing {at P}.
2* {once}, {w} _go+ {to P} together.
{once}, {H} _ask {F} to come {to P} with {h.o}. // {F} _say- [yes|okay].
== sees around
2* {H} _look up at the sky and _see [birds|white clouds|a big bird|a kite] [flying high|above the trees|in the wind].
2* There _be+ many people and animals {at P}, and they _be+ all <f:{happy}>.
{H} _walk through the {sight} and _stop in front of {a view}.
Some [people|kids|animals] _be+ {at P} too, and they _wave+ to {H.o}.
3* {H} _see [many|lots of|some] {sight} and [{a view}|{sight}].
3* There _be+ [many|lots of|so many] {sight} and {sight}.
2* {H} _look [around|at the {sight}] and _see {a view}.
2* {H} _see {a view} [{spot}|near the path|and _smile|and _stop to look].
{H} [_like|_love] the {sight} [the most|very much].
{H} _say hello to the {sight}.
There _be- {a view} there too.
{h} _walk [past|by] the {sight} and [_hear the {sight}|_see {a view}].
== weather
4* {weather}.
2* {weather} and {H.n} _be {happy}.
{weather}, so {h} _want to {do play}.
{weather}, and [everyone _be- outside|{h} _feel warm|it _be- a good day to play].
== bad weather
3* {suddenly}, {bad weather}.
2* {suddenly}, {bad weather}, and {bad weather}.
{bad weather}. // {H} _do not know what to do.
As {h} _be playing, {bad weather}.
== good weather
3* {finally}, {good weather}.
2* {finally}, {good weather} and {good weather}.
Then {good weather}.
== plays
2* {W} _run+ back and forth, {did play} and {did play} until they _be+ <f:{tired}>.
2* {W} {did play} [in the sun|on the soft grass|with their friends|near the {sight}], and they _have+ [so much|a lot of|lots of] fun together.
{w} _make+ up a new game with rules, and all the other [kids|animals|children] _want+ to join.
4* {W} _play+ {long}. // {w} [_have+ so much fun|_have+ lots of fun|_laugh+ and _laugh+|_be+ very happy].
3* {W} [_play+|_run+|_laugh+ and _play+] together and _have+ [so much|lots of|a lot of] fun.
2* First, {w} {did game}. Then, {w} {did play}.
2* {W} {did play} and {did play}.
2* {W} {did game} and {did play} {long}.
{w} {did play}, {did play} and {did play}.
{W} _take+ turns to {do game}. // {w} _have+ a [great|good|fun] time.
== plays alone
3* {H} {did play} and {did game}. // {h} _have [so much|lots of] fun.
2* {H} [_like|_love] to {do game}.
2* {H} _start to {do play}.
{H} {did game} {long}.
{h} _be having so much fun that {h} _forget [the time|about everything else|to be careful].
== plays with thing
3* {H} _want to {T.use}. // {h} _have so much fun.
2* {H} _play with {the T} {long}.
2* {H} _hold {it} up and _laugh.
{H} _take {the T} outside [to {T.use}|].
{h} _run around with {the T} and {did play}.
== rests
3* {H} _be {tired}, so {h} {did rest}.
2* <t:After a while>, {h} _be {tired} and _want to {do rest}.
{H} _sit down {spot} and {did rest}.
{H} _stop to {do rest}.
== meets friend
2* {H} _meet {a F}.
2* {H} _meet {a F}. // {F} _be- [{doing outing}|{lonely}|playing alone].
3* {suddenly}, {H} _see {a F} [near the {sight}|under a tree|by the gate|on a bench].
3* {H} _see {a F} who _be- [{doing outing}|sitting under a tree|playing with {a colourful} {toy}].
2* {later}, {a F} _come- [by|along|to play|up to {h.o}].
2* Then {h} _meet {a F}.
== meets known
3* {suddenly}, {h.p} friend {F.n} _come- [by|over|along|to see {h.o}].
2* {H} _see {h.p} friend, {F.n}.
2* {H} _go to {h.p} friend {F.n}.
{F} _come- to play with {H.o}.
{F} _hear- {h.o} and _come- to see.
== greets
3* H: [Hi|Hello|Hey][, {F.call}|]! Do you want to [play|{do play}|play with me|come with me|be my friend]? // F: [Yes, I do|Yes, please|Yes, I would love to|Okay|Sure|Yes, that sounds fun|I would like that][!|, {H.call}!| very much!]
2* H: [Hi|Hello]! I'm {H.call}. [What is your name|Who are you]? // F: [Hi|Hello], {H.call}! [I'm {F.call}|My name is {F.call}]. [Do you want to play?|Do you want to be my friend?|Let's be friends!|I like to {do play}!]
2* F: [Hi|Hello], {H.call}! [What are you doing|What are you up to]? // H: I am [looking for something fun to do|{doing outing}|looking at the {sight}].
2* F: [Hello|Hi]! Can I play with you? // H: [Yes|Sure|Of course|Yes, you can]! [Let's {do play}|We can {do play}|I like to play with friends]!
2* H: What are you doing[, {F.call}|]? // F: I am [{doing outing}|{doing play}|looking for {small things}|playing with my {toys}]. [Do you want to join me|Do you want to play too|You can play too|Come and play][.|!]
F: It is a nice day, {H.call}! // H: Yes, it is! Let's {do play} [together|].
H: Hello, [{F.call}|my friend]! // F: Hello, {H.call}! [Let's {do play}|It is a nice day|I am <f:happy> to see you]!
{W} _say+ hello and _start+ to {do play}.
{H} _ask {F} if {f} _want- to {do play}. // {F} _say- [yes|that it _be- a good idea|{f} _will- love to].
"""
