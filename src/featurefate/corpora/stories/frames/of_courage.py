# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""Sentences for plots about danger, fear, skill, contests, noises and storms."""

COURAGE = """
== warned
3* E: [Be careful|Don't go too far|Stay close to me|Listen to me], {H.call}. Do not {do danger}[.|. It is not safe.|. You can get hurt.]
3* {E} always _tell- {H.o} not to {do danger}.
2* E: You must not {do danger}. It is [dangerous|not safe|very dangerous].
{E} _warn- {H.o} not to {do danger}.
== tempted
3* But {H} [_do not listen|_want to see what _will- happen|_think it _will- be fun|_be too curious].
2* H: I am not <f:scared>. I [can|want to] {do danger}!
2* One day, when no one _be- looking, {H} _go to {do danger}.
H: [It looks fun|Just one time|It will be okay]!
== does danger
3* {H} _start to {do danger}. // {suddenly}, {h} [_slip|_fall] and _hurt {h.p} {part}.
2* {H} {did danger}. // At first, it _be- fun. // {suddenly}, {h} _get {hurt}.
2* {H} {did danger} and _get {hurt}.
As soon as {h} _try to {do danger}, something bad _happen-.
== cries for help
3* H: [Help|Help me|Ouch|Ow|Oh no]! [It hurts|I am stuck|Please help me|I want to go home|I'm <f:scared>|Somebody help]!
2* {H} _cry and _call for {E}.
{H} _shout as loud as {h} _can.
== saved by elder
2* {E} _hear- {h.p} voice and _come- out of the house to help. // E: Stay still, {H.call}. You are safe now.
3* {E} _hear- {H.o} and _run- [fast|over|to help]. // {E} _put- {a wound} on {h.p} {part}.
2* {E} _come- and _take- {H} to the doctor. // The doctor _say- {h} _will be okay.
{E} _pick- {H.o} up and _hold- {h.o} tight.
== elder explains danger
3* E: [That is why|I told you|You see, it is dangerous|I am glad you are safe], {H.call}. [Please listen next time|You must be careful|You could get hurt|We have rules to keep you safe].
2* {E} _be- not <f:angry>, but {e} _tell- {H.o} to [listen|be more careful].
E: Are you okay? I was so <f:worried>! Please do not {do danger} again.
== promises
3* H: [I'm sorry, {E.call}|I promise|You are right, {E.call}|I should have listened]. I will [be careful|listen to you|not do it again|always listen].
2* {H} _promise to [listen|be careful|never do it again|be good].
{H} _nod. // {h} never _want to {do danger} again.
== bad end
3* {H} _try to get out, but {h} _can not. // No one _hear- {h.o}.
2* {H} {did run} away, but it _be- too late.
The [big |]{fierce} _come- and _eat- {H.o} up.
{H} _fall in the water and _be never seen again.
{H} _be lost, and no one _find- {h.o} {long}.
== afraid of
3* But there _be- one thing. // {H} _be <f:{scared}> of the {fear}.
2* {H} _be very <f:{scared}> of the {fear}.
When {h} _see the {fear}, {h} _want to [hide|run away|cry].
== faces fear
2* {once}, {H} _have to [face|go near] the {fear}.
2* {suddenly}, {h} _see the {fear}. // {H} _start to shake.
{once}, {h.p} friends _want+ {h.o} to come with them, but the {fear} _be- there.
== says afraid
3* H: [I can't do it|I am too <f:scared>|I'm <f:scared>|I want to go home|What if I get hurt], {F.call}.
2* {H} _tell {F} that {h} _be <f:{scared}> of the {fear}.
{H} _hide behind {F}.
== encourages
4* B: [You can do it|Don't be <f:scared>|I believe in you|I am here|I will help you|Just try|I will hold your hand|I was <f:scared> too], {A.call}! [Be brave|We can do it together|Take a deep breath|It is okay|Try again|Look at me|I will go first][!|.]
2* {B} _hold- {A.p} hand.
{B} _tell- {A.o} to [be brave|take a deep breath|keep trying|not give up].
{B} _smile- and _say-, "[Try again|You can do it|Don't give up|Keep trying], {A.call}!"
== encourages in danger
3* B: [Don't be <f:scared>|I am here|I was <f:scared> too], {A.call}! [We are together|It is okay|Stay close to me][!|.]
2* {B} _hold- {A.p} hand.
{B} _tell- {A.o} to be brave.
== encourages to try
4* B: [You can do it|Don't give up|I believe in you|I will help you|Just try], {A.call}! [We can do it together|It is okay|Try again|Take your time][!|.]
2* {B} _tell- {A.o} to [keep trying|not give up|try again].
{B} _smile- and _say-, "[Try again|You can do it|Don't give up|Keep trying], {A.call}!"
== takes step
2* {H} _hold {F.p} hand and _begin to walk, even though {h} _be still <f:{scared}>.
3* {H} _take a deep breath and [_try|_close {h.p} eyes|_take one step|_go on].
2* {H} _take one small step. // Then {h} _take another one.
{H} _think of {h.p} friends and _feel a little <f:brave>.
Slowly, {H} _go closer and closer.
== fear was nothing
3* The {fear} _be- not so scary after all.
2* Nothing bad _happen-. // It _be- [fun|okay|not so bad]!
{H} _look at the {fear} and _see that it _be- not so bad.
H: I did it! [I am not <f:scared> anymore|It was fun|That was not so bad]!
== wants skill
3* {H} _want to [learn to |learn how to |]{do skill}.
2* {once}, {H} _see {F} {do skill}. // {h} _want to {do skill} too.
2* All {h.p} friends _can+ {do skill}, but {H.n} _can not.
{H} _wish {h} _can {do skill}.
== tries skill
3* {H} _try to {do skill}, but {h} [_can not do it|_be too slow|_be not good at it|_get it all wrong].
3* {H} _try and _try, but {h} _can not {do skill}.
2* The first time, it _be- too hard. // The second time, it _be- still too hard.
{H} _try [again and again|{long}|as hard as {h} _can], but {h} always [_stop too soon|_get it wrong].
== mocked
2* Some [kids|animals] _laugh+ at {H.o}. // "[You can't do it|You are too small|You will never learn]!" they _say+.
{F} _laugh- at {H.o}. // F: You can't {do skill}!
== practises
2* {H} _practice {always}, before breakfast and after dinner, and even when it _be- cold outside.
3* {always}, {H} _practice and _practice.
2* {H} _practice {long}. // {h} _do not give up.
{H} and {h.p} friends _practice+ together {always}.
{h} _get a little better {always}.
== shows how
3* {B} _show- {H.o} how to {do skill}.
2* B: [Look at me|Watch me|Let me show you|I can teach you|Do it like this]! // {H} _watch [closely|carefully].
{B} _teach- {H.o} how to {do skill}.
== masters skill
3* {finally}, {H} _can {do skill}!
2* {finally}, {H} _do it! // {h} _can {do skill} [all by {h.r}|very well|better than anyone]!
H: I did it! I can {do skill}!
{H} _try one more time, and this time it _work-!
== contest comes
3* {once}, there _be- a big {contest} {at P}. // {H} _want to win.
2* {once}, {F} _say-, "Let's have {a contest}!" // H: [Okay|Yes|Yes, let's do it]!
2* {H} and {F} _want+ to be in the {contest}.
{once}, all the {many animals} _have+ {a contest}.
== boasts
3* B: I [am the best|will win|am the fastest|am better than you]! [You can't beat me|You are too slow|You will lose]!
2* {B} _think- {b} _be- the best and [_do- not practice|_laugh- at {A}].
{B} _laugh- and _say- that {A} _be- too [slow|small].
== works for contest
2* {A} _do not say anything. // {a} _practice {always}.
2* {A} _work hard and _try {a.p} best.
{A} _be <f:{worried}>, but {a} _want to try.
== contest begins
3* Ready, set, go! // {W} [_start+ to run|_run+|_go+] as fast as they _can+ [to the {sight}|past the {sight}|up the hill|around the big tree|].
2* The {contest} _start-. // {B} _be- [first|fast|far ahead], and {A} _be- behind.
When the {contest} _begin-, everyone _cheer-.
== mishap
3* {suddenly}, {B} [_trip-|_slip-|_fall-|_stop- to rest|_look- back and _fall-].
2* {B} _stop- to [eat {a food}|take a nap|look at {a view}].
{B} _run- into a tree and _hurt- {b.p} {part}.
== other wins
3* {A} _keep going and _win the {contest}!
2* {A} _be first! // Everyone _clap- and _cheer-.
{A} _win the {contest} and _get {a prize}.
== admits defeat
3* B: You were [so good|very fast|better than me], {A.call}. I should have [practiced|tried harder|been nice]. // A: [It's okay|Thank you]! You were [good|fast] too. [Let's practice together|We can be friends|It was fun].
2* {B} _say- sorry for [laughing|being so <q:rude>|all the big words], and {A} _give {b.o} a hug.
== stops to help
3* {A} _can win, but {a} _stop to help {B}.
2* {A} _see {B} and _go back to help.
A: Are you okay, {B.call}? Let me help you [up|].
== finish together
3* {W} _finish+ the {contest} together.
2* {W} _hold+ hands and _go+ to the end together. // Everyone _cheer-.
{W} both _get+ {a prize}.
== hears noise
4* {suddenly}, {H} _hear {a sounds}. // It _come- from {behind}.
2* Not far from {behind}, {H} _hear {a sounds}.
2* H: What [is|was] that [noise|sound]?
{H} _hear {a sounds}. // It _get- louder and louder.
== guesses noise
3* H: [Maybe it is a monster?|It is a big monster!|I think it is a ghost!|Is it a bear?|Who is there?]
2* {W} _think+ it _be- a [big |scary |]monster.
{H} _think it _be- something scary.
== goes to look
3* {W} _walk+ slowly to {behind}.
2* {H} _want to see what it _be-. // {h} _take {a tool} and _go to look.
{H} _hold {h.p} {toy} and _go closer.
F: Let's go and see. // H: Okay, but stay close to me.
== noise was
3* It _be- [just|only] {a monster}!
2* {H} _look closer and _see {a monster}. // It _be- not a monster at all!
There _be- {a monster}, and it _be- <f:scared> too.
== laughs at fear
3* {W} _laugh+ and _laugh+.
2* H: It is only [you|{a monster}]! I was so <f:scared>!
{H} _laugh. // {h} _be not <f:scared> anymore.
== storm hides
2* {W} _run+ as fast as they _can+ until they _find+ a [dry place|little house|big tree|cave], and they _go+ inside to stay safe.
3* {W} {did run} {to shelter}.
2* H: [We need to go home|Let's hide|I'm <f:scared>|We will get wet]! // F: [Follow me|I know a place|Let's run]!
{H} _get {wet}. // {h} _look for a dry place.
{W} _hide+ under a [big tree|big leaf|rock] and _wait+.
== waits out storm
3* {W} _tell+ stories and _wait+.
2* {W} _sit+ close together to keep warm.
{w} _sing+ a song to be less <f:scared>.
F: Don't worry. The [storm|rain] will be over soon.
== after storm
3* {W} _go+ outside and [_jump+ in the puddles|{did play} in the wet grass|_splash+ each other|_look+ for worms|_run+ in the sun].
2* {W} _see+ a big rainbow in the sky. // H: Look! [It is so pretty|A rainbow]!
The birds _sing+ again, and [everything _be- clean and wet|the grass _be- full of puddles|{H.n} {did play}|all the {many animals} _come+ out].
"""
