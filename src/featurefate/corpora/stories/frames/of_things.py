# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""Sentences for plots about things: lost, stuck, found, fought over, broken, bought."""

THINGS_LOST = """
== loses thing
2* {H} _look into {h.p} [bag|box|room|pocket], but {the T} _be- not there [anymore|].
{H} _open the door of {h.p} room and _see that {the T} _be- not in its place.
2* {once}, {H} _can not find {h.p} {T}.
2* {suddenly}, {the T} [_be- gone|_fall- out of {h.p} bag].
{suddenly}, {H} _see that {h.p} {T} _be- gone.
When {H} _want to {T.use}, {the T} _be- not there.
{suddenly}, a [big |strong |]wind _come- and _blow- {the T} away.
{H} _put {the T} {spot} and _forget about it. // When {h} _come back, {it} _be- gone.
As {h} _play, {the T} _fall- and _roll- away.
A naughty {animal} _take- {the T} and _run- away.
== cries for thing
3* H: [Oh no|Oh no, oh no]! [Where is my {T}?|I lost my {T}!|My {T} is gone!|I can't find my {T}!]
2* H: Where is my {T}? // {h} _ask [everyone|{h.r}|{h.p} {toys}].
H: I [want|need] my {T} back!
{H} _look for {the T} but _can not see {it} anywhere.
== searches
2* {A} _look in {a.p} room, in the bath and under the stairs, but {a} still _can not find {the T}.
4* {A} {did search} and {did search}, but {the T} _be- not there.
3* {A} {did search}. // [No {T}|It _be- not there|{it} _be- not there]. // {a} {did search}. // [No {T}|{it} _be- not there|But {a} _can not find {it}].
2* First, {a} {did search}. // Then, {a} {did search}. // But {a} _can not find {it}.
2* {A} _look [everywhere|high and low|all around], but {a} _can not find {the T}.
== searches together
2* So, {w} _look+ [everywhere|high and low|all around] and {did search}.
3* {W} {did search} and {did search}.
3* {W} _look+ for {the T} [together|everywhere]. // {w} {did search} and {did search}.
2* {W} _start+ to look [together|everywhere]. // {w} _ask+ [{a animal}|an old man|the {many animals}], but no one _have- seen {it}.
== asks about thing
3* H: Have you seen my {T}? // B: [No, I have not|No, but I can help you look|I don't know where it is|No, I'm sorry]. [Let's look together.|Where did you see it last?|When did you last play with it?]
2* {H} _ask {B} if {b} _have seen {the T}.
H: I lost my {T}. [Can you help me find it|Will you help me]? // B: [Yes, I can help you|Of course|Don't worry, we will find it][.|!]
== thing found
2* When {A} _look {hidden spot}, {a} _see something {look}, and it _be- {the T}!
3* {finally}, {A} _see something {look} {hidden spot}. // It _be- {the T}!
3* {finally}, {A} _find {the T} {hidden spot}!
2* A: Look! [There it is|I found it|I see it]! // {the T} _be- {hidden spot}.
{A} _look {hidden spot} and _see {the T}.
{suddenly}, {A} _see {the T} {hidden spot}!
== never found
2* But {w} _can+ not find {the T}. // {E.n} _give- {H.o} {a gift}, and {H.n} _be <f:happy> again.
But {the T} _be- gone. // H: It is okay. I still have [you|my other toys].
{W} never _see+ {the T} again, but {H.n} _do not cry anymore.
== thing flies up
2* {suddenly}, {the T} _go- up and _get- stuck {high spot}.
2* {H} _throw {the T} too high and it _land- {high spot}.
The wind _take- {the T} and it _get- stuck {high spot}.
A big bird _take- {the T} and _put- it {high spot}.
{suddenly}, {the T} _get- stuck {high spot}.
== thing falls down
2* {suddenly}, {the T} _fall- {low spot}.
2* {H} _trip and {the T} _fall- {low spot}.
{the T} _roll- away and _get- stuck {low spot}.
== tries to reach
3* {H} {did try hard}, but {h} _can not reach {it}.
2* {H} {did try hard}. // It _do- not work. // {h} {did try hard}. // It _do- not work.
2* {H} _try to get {it}, but it _be- too [hard|far].
{H} {did try hard} and {did try hard}, but {the T} _do- not move.
== idea with tool
3* B: I have an idea! [Let's use|We can use|We need] {a tool}!
2* {B} _find {a tool} and _say-, "[We can use this|This will help|Look what I found]!"
2* {B} _get {a tool}. // {b} _use it to [reach|push|pull] {the T}.
{B} _think and _think. // {b} _see {a tool} {spot}.
{B} _bring {a tool} and _reach for {the T}.
== thing comes down
3* {the T} _come- down! // {H} _catch {it}.
2* {finally}, {the T} _fall- down and {H.n} _pick {it} up.
With the {tool}, {w} _get+ {the T} down.
== thing comes out
3* {the T} _come- [out|free]! // {H} _pick {it} up.
2* {W} _pull+ and _pull+. // {finally}, {the T} _come- out.
With the {tool}, {w} _get+ {the T} out.
== finds thing
2* {once}, when {H} _be {doing outing} {at P}, {h} _see {a T} {found spot}.
2* {once}, {H} _notice {a T} {found spot}.
2* {H} _notice something {look} {found spot}. // {h} _go closer and _see {a T}.
4* {once}, {H} _find {a T} {found spot}.
3* {H} _see something {look} {found spot}. // It _be- {a T}!
3* {suddenly}, {H} _see {a T} {found spot}. // {h} [_pick {it} up|_be <f:{excited}>|_want to {T.use}].
2* While {H} _be {doing outing}, {h} _find {a T}.
{H} _look {found spot} and _find {a T}.
== wonders at thing
3* H: Wow! [What {a T}!|I found {a T}!|This is so {look}!|Look at this {T}!]
2* {H} _want to know more about {it}. // {h} [_touch {it}|_look at {it} closely|_pick {it} up|_shake {it}].
2* {H} _pick {it} up and _look at {it}.
{H} _think {the T} _be- very [pretty|special|cool|funny].
{H} _want to show {it} to {E}.
== explains thing
3* B: What {a T}, {A.call}! [You can {T.use}|It is very useful|It is very special|You must be careful with it|People like it very much].
2* {B} _tell- {A.o} all about {the T}. // {B} _show- {a.o} how to {T.use}.
2* A: What [is it for|do I do with it|can we do with it], {B.call}? // B: You can {T.use}. [Let me show you|It is very special|It is fun].
{A} _show {B} the {T}. // B: Let me show you how to {T.use}!
== wonders whose
2* H: [Whose {T} is this|Who lost this {T}]? 
2* {H} _know that [someone _have- lost {it}|{it} _be- not {h.p} {T}|it _belong- to someone else].
{H} _want to keep {it}, but {h} _know it _be- not right.
E: We should find who lost it. [They may be <f:sad>|It is the right thing to do].
== sees the owner
3* {later}, {H} _see {a F} who _be- [looking for something|<f:crying>|very <f:sad>].
2* {H} _walk around and _ask everyone. // {finally}, {h} _meet {a F}.
{H} _hear someone <f:cry>. // It _be- {a F}.
== owner asks
3* F: I lost my {T}. [Have you seen it?|I can't find it.|I am so <f:sad>.] // H: [Is this your {T}|I found it {found spot}|Here it is|I have it]!
2* {H} _ask {F} if {f} _have- lost {a T}. // F: Yes! [That is mine|It is my {T}|I have looked for it all day]!
== returns thing
3* {H} _give {the T} back to {F}.
2* {H} _hold out {the T}. // {F} _take- {it} and _smile-.
{H} _know what to do and _give {F} {the T}.
== rewards
2* F: You are {kind}! [You can play with it too|Let's play with it together|I want to give you {a gift}|Do you want to be my friend]!
2* {F} _give- {H} {a gift} to say thank you.
{F} _let- {H.o} {T.use}.
{E} _give- {H} a [hug|kiss|cookie] <r:because {h} _have been so {brave word}>.
== both want
3* But {F} _want- {the T} too.
2* {W} both _want+ [{the T}|to {T.use}].
{W} both _see+ {the T} and _run+ to get it.
But there _be- only one {T}.
== fight words
4* H: [It is mine|I saw it first|I want it|Give it to me|It's my turn|No, it's mine]! // F: No, [it's mine|I saw it first|I had it first|it is my turn|you can't have it|I want it]!
2* H: Can I {T.use}[, please|]? // F: No, [it's mine|you can't|go away|I don't want to share]!
H: Give me the {T}! // F: No! [You had it all day|I want it too|It is mine now]!
== pulls
3* {W} _pull+ and _pull+ {the T}.
2* {W} _start+ to [fight|yell|push each other].
{H} _pull {the T} and {F} _pull- too.
{H} _take {the T} and {did run} away.
{F} _push- {H} and {h} _fall down.
== thing breaks in fight
2* {suddenly}, {the T} _break- [in two|into pieces]!
2* Snap! {the T} _break-. // {w} [_stop+|_look+ at each other|_start+ to cry].
{the T} _fall- [in the mud|on the ground|into the water] and [_break-|_get- dirty].
== elder stops fight
3* {E} _hear- the noise and _come-. // E: [Stop fighting|Please stop|Don't fight][, {H.call}|]! // E: [You can share|You can take turns|You can play together|Friends share|Fighting is not nice].
2* {E} _see- them fight and _be- not <f:happy>. // E: You must [share|take turns|be nice|play nicely].
E: If you can't share, I will take the {T} away.
== has idea to share
3* H: [I have an idea|Let's share|You can go first|Let's take turns|We can play together|Do you want to share it]! // F: [Okay|Yes|That is a good idea|Good idea|I like that][!|, {H.call}!]
2* {W} _think+ about it and _decide+ to [share|take turns|play together].
{H} _give {F} {the T} and _say-, "You can play first."
== shares thing
2* {W} both _have+ a turn, so {w} _can+ both {T.use}, and no one _be- <f:{sad}>.
3* {W} _take+ turns [with {the T}|to {T.use}] and _have+ [lots of|so much] fun.
2* {W} _share+ {the T} and _play+ {long}.
First {H.n} _have {the T}, and then {F.n}.
{w} {did play} with {the T} together.
"""
