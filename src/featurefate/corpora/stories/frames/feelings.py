# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""How feelings are told, and what is said about them."""

FEELINGS = """
== feels happy
2* {A} _be so <f:{happy}> that {a} _want to tell everyone about it.
{A} _feel warm inside <r:because {a} [_have good friends|_be not alone|_know that everyone _love- {a.o}|_be safe]>.
4* {A} _be [so|very|very] <f:{happy}>.
2* {A} _feel [so|very|] <f:{happy}>.
2* {A} _smile and _feel <f:{happy}> [inside|again|].
{A} _jump up and down with joy.
{A} _have a [big|huge|wide|bright] smile on {a.p} face [all day|all the way home|again|].
{A} _be so <f:happy> that {a} _start to [sing|dance|jump|laugh].
{A} _laugh and _jump [up and down|for joy|around].
{A} _can not stop smiling.
== feels grateful
3* {A} _be [so|very] <f:{grateful}>.
2* {A} _be so <f:happy> and _thank {B.o} [again and again|for {b.p} help|with a big hug].
2* {A} _give {B.o} a [big |]hug.
{A} _feel <f:{grateful}> to have such a good friend.
== feels sad
{A} _feel <f:{sad}>, but {a} _do not want anyone to see it.
4* {A} _be [very|so|] <f:{sad}>.
2* {A} _feel [very |so |]<f:{sad}> and [_start to cry|_want to cry|_do not want to play|_sit down {spot}].
2* {A} _start to cry.
{A} _cry and _cry.
{A} _be <f:{sad}> and _do not know what to do.
{A} _look down and _feel <f:{sad}>.
{A} _sit {spot} and _cry.
== feels angry
4* {A} _be [very|so|] <f:{angry}>.
2* {A} _feel <f:{angry}> and [_shout|_stamp|_do not want to play anymore|_turn away].
{A} _get [very |so |]<f:{angry}>.
{A} _be <f:{angry}> and {a.p} face _turn- red.
== feels scared
2* {A}'s heart _beat- fast, and {a} _want to hold {B.p} hand.
{A} _be <f:{scared}>, but {a} _try to be brave.
4* {A} _be [very|so|] <f:{scared}>.
2* {A} _feel <f:{scared}> and [_start to cry|_want to run away|_hide {spot}|_want to go home|_shake|_can not move].
{A} _be <f:{scared}> and _do not know what to do.
{A} _be too <f:scared> to [move|speak|look].
{A} _close {a.p} eyes and _hope [it _will- be okay|it _will- go away|someone _will- come|{B.n} _will- help].
{A} _shake with fear.
== feels worried
3* {A} _be [very|so|] <f:{worried}>.
2* {A} _feel <f:{worried}> and [_do not know what to do|_look around|_think hard].
{A} _do not know what to do.
== feels sorry
3* {A} _feel [very|so|] <f:{sorry}>.
3* {A} _feel bad for what {a} _have done.
{A} _know {a} _have [been wrong|made a mistake|done a bad thing].
{A} _be <f:{sorry}> and _look down.
{A} _wish {a} _have [listened|been nice|been more careful].
== feels surprised
{A} _open {a.p} mouth, but [no words _come+ out|{a} _do not know what to say|{a} _can not speak].
4* {A} _be [very|so|] <f:{surprised}>.
2* {A} _be <f:{surprised}> and [_do not know what to say|_look closer|_smile|_laugh].
{A} _can not believe {a.p} eyes.
{A} _open {a.p} eyes wide.
== feels excited
{A} _can not stay still <r:because {a} _be so <f:{excited}>>.
{A} _want to begin right away.
4* {A} _be [very|so|] <f:{excited}>.
2* {A} _be so <f:{excited}> that {a} [_jump up and down|_start to {do play}|_run around|_can not sit still|_shout with joy|_forget everything else].
{A} _feel <f:{excited}> and [_run fast|_can not wait|_clap {a.p} hands|_start to dance].
{A} _can not wait to [start|try|see|play].
== feels proud
4* {A} _be [very|so|] <f:proud> [of {a.r}|].
2* {A} _feel <f:{proud}> and [happy|smiled|_want to tell everyone|_show everyone].
{A} _stand up tall and _smile.
== feels calm
3* {A} _feel <f:{calm}>.
2* {A} _be <f:{calm}> [now|again].
{A} _take a deep breath and _smile.
== feels tired
3* {A} _be [very|so|] <f:{tired}>.
{A} _be too <f:{tired}> to play anymore.
{A} _feel <f:{tired}> and {did rest}.
== feels lonely
3* {A} _be [very|so|] <f:{lonely}>.
2* {A} _feel <f:{lonely}> and [_wish {a} _have a friend|_sit alone {spot}|_want someone to play with].
{A} _have no one to play with.
== feels jealous
3* {A} _be [very|so|] <f:{jealous}>.
2* {A} _be <f:{jealous}> <r:because {a} _want to be first>.
== asks why sad
4* {B} _see- {A.o} and _ask-, "[Why are you <f:sad>|What is wrong|What's wrong|Are you okay|Why are you <f:crying>|What happened|Why are you so <f:sad>], {A.call}?"
2* B: [Why are you <f:sad>|What is wrong|What's wrong|Are you okay|Why are you <f:crying>|What happened], {A.call}?
{B} _ask {A.o} what _be- wrong.
{B} _come over and _ask {A.o} why {a} _be {sad}.
"""
HELP = """
== offers help
2* {B} _see- how <f:{sad}> {A.n} _be-, and {b} _want- to make {a.o} feel better. // B: [Maybe I can help|Let us try together|Come with me|Here, let me try][.|!]
2* B: Maybe we can [use {a tool}|ask someone|try again|find a new way|look in a different place]. // A: That's a [good|great] idea!
{B} _agree to help, even though it _be- [hard|late|a lot of work].
4* B: Don't [worry|cry|be <f:sad>], {A.call}. [I can help you|I will help you|We can do it together|We will find a way|Let me help you].
3* B: [I can help you|I will help you|Let me help you|Let's do it together|We can work together][.|!|, {A.call}.]
2* B: [Can I help you|Do you need help], {A.call}?
2* {B} _want to help [{A.o}|{a.p} friend|]. // {B} _say-, "[I have an idea|Let's try together|I know what to do|Follow me|Come with me]!"
{B} _offer to help.
{B} _feel sorry for {A.o} and _want to help.
{B} _think for a [moment|while]. // B: I have an idea!
{B} _have an idea. // B: [We can use {a tool}|Let's try this way|Let's think together|Let's ask someone|I know what we can do].
== accepts help
3* A: [Thank you|Yes, please|Oh, thank you|Please help me], {B.call}[!|.]
2* {A} _be <f:happy> to have help.
2* {A} _nod and _smile.
{A} _say- [yes|thank you|okay].
{A} _dry {a.p} eyes and _follow {B.o}.
A: Really? [You will help me|You can do that|That would be great]?
== asks help
4* A: Can you help me[, please|, {B.call}|]?
2* A: Please help me! [I don't know what to do|I need your help|I can't do it alone]!
2* {A} _ask {B} for help.
{A} _call for help. // {B} _hear- {A.o} and _come-.
A: [Help|Help, help]! [I am stuck|I need help|Please, someone help me]! // {B} _hear {A.o} and {did run} over.
{A} _go to {B} and _ask for help.
{A} _run to {B} and _tell {b.o} what _have- happened.
== runs to elder
3* {A} {did run} to {B.n} and _ask for help. // B: [Of course|Yes|Let's go|We can help], {A.call}[!|.]
2* {A} _tell {B.n} about it. // B: [Let's help|We must help|I will come with you|Let's see what we can do][.|!]
A: [Please come|Help|Look], {B.call}! [We need to help|Come quick|Someone needs help]! // {B} _come- to help.
== refuses
3* B: No, [I am too busy|I don't want to|you are too small|go away|it is not my problem|I want to play][.|!]
{B} _say- no and _go away.
{B} _do not want to help.
== works together
So, {w} _work+ together to {do free it}.
2* So, {w} {did try hard} together.
3* {W} _work+ together [and _do+ not give up|as a team|and _help+ each other].
2* {W} _work+ hard [{long}|together|].
{H} {did try hard} and {F} {did try hard}.
{W} {did try hard} together.
== thanks
2* {A} _hold {B.p} hand and _say-, "[You are the best friend ever|I feel so much better now|I could not do it without you], {B.call}."
{A} _be so <f:{grateful}> that {a} _give {B.o} a [big hug|{gift}] and _thank {b.o} again.
5* A: Thank you[, {B.call}| for {doing help}| so much| very much|, {B.call}! You are {kind}|, {B.call}! You are a good friend|, {B.call}! You are the best| for your help]!
2* {A} _thank {B} for [{b.p} help|helping {a.o}|being so kind|being a good friend].
2* {A} _hug {B} and _say-, "Thank you[, {B.call}| so much|]!"
{A} _give {B.o} a [big hug|{gift}|big kiss] to say thank you.
A: I am so <f:{happy}>! Thank you, {B.call}!
{A} _say- thank you [to {B}|and _give {B.o} a big hug].
== welcomes
4* B: You're welcome, {A.call}! [I am happy to help|That is what friends are for|I like to help|We are friends]!
2* B: You are welcome. [I am glad you are <f:happy>|I like to help my friends|It was fun|I'm glad I could help].
{B} _smile and _be <f:happy> to help.
{B} _be <f:happy> that {b} _can help.
== says sorry
2* A: I'm sorry that I [was <f:mad>|was not nice|did not listen|made you <f:sad>|took it], {B.call}. [I feel bad|Please forgive me|I still want to be your friend].
5* A: I'm sorry, {B.call}. [I was not nice|I was wrong|I did not mean to|I will not do it again|Please forgive me|I should have listened|I want to be friends again|I made a mistake|I won't do it again][.|.]
2* A: I am [so |very |]sorry[, {B.call}|].
{A} _say- sorry [to {B}|for what {a} _have done|and _promise to be good].
{A} _go to {B} and _say- sorry.
{A} _tell {B} that {a} _be <f:sorry>.
== forgives
2* {B} _be- still a little <f:{sad}>, but {b} _know- that {A.n} _mean it. // B: [Okay|It's okay|That's okay], {A.call}. Let's [start again|play now|be friends|forget about it].
5* B: [It's okay|It is okay|That's okay|I forgive you], {A.call}. [I love you|We all make mistakes|You are my friend|Let's be friends|Thank you for saying sorry|I am not <f:mad>|I know you did not mean it|But next time, be careful|You learned a good lesson][.|.]
2* {B} _forgive {A.o} and [_give {a.o} a hug|they _be+ friends again|they _hug+].
{B} _smile and _hug {A.o}. // B: It's okay.
{B} _be not <f:{angry}> anymore.
{B} _say- it _be- okay and _give {A.o} a hug.
== hugs
3* {A} _hug {B.o} [tight|and _smile|back|].
2* {A} _give {B} a big hug.
{A} and {B} _hug+ [each other|].
== praises
4* B: [I am proud of you|You did a good job|You did it|Good job|You are very {brave word}|Well done|That is great|You are so {brave word}|Wow, you are {brave word}], {A.call}!
2* {B} _be <f:proud> of {A.o}.
2* {B} _smile and _tell {A.o} that {a} _have done a good job.
{B} _clap and _cheer for {A.o}.
Everyone _clap- and _cheer-.
== tells elder
3* {A} _tell {B} [everything|all about it|what _have- happened|about {a.p} day].
2* {A} _run home and _tell {B} [everything|all about it].
{A} _go home to tell {B}.
"""
GOING = """
== goes home
2* When {A} _get back home, {a.p} family _be- [there|at the door|in the kitchen] with {treat}, and they all _eat+ dinner together.
{A} _walk back home before it _get- dark.
2* So, {A} _say goodbye and _go home.
3* {A} _go home [with a big smile|and _feel <f:happy>|<f:happy> and <f:tired>|to {a.p} mom|for dinner].
2* {evening}, {A} _go home [and _tell {a.p} family about the day|with a smile|to eat dinner].
It _be- time to go home. // {A} _wave goodbye [to {a.p} friends|and _run home|].
{A} _say- goodbye and _go home.
{A} {did run} all the way home.
== go home together
3* {W} _go+ home [together|<f:happy> and <f:tired>|with big smiles|hand in hand].
2* When it _be- time to [go home|say goodbye], {W} _be+ <f:{tired}> but <f:{happy}>.
{evening}, {W} _say+ goodbye and _go+ home.
[The sun _start- to go down|It _get- dark|It _be- time for dinner|It _be- late], so {W.n} [_go+|_walk+|_run+] home [together|to eat|to {w.p} families|with a smile|].
H: It is time to go home. [See you tomorrow|Let's play again tomorrow|I had fun]! // F: [Bye, {H.call}|See you tomorrow|Goodbye]!
== sleeps
2* {A} _lie in bed and _think about [the day|{a.p} friends], and soon {a} _fall asleep with a smile on {a.p} face.
3* {evening}, {A} {did bedtime} and _dream about [{a.p} friends|the day|{small things}].
2* {evening}, {A} {did bedtime} and _feel <f:{happy}>.
{evening}, {E} _read- {A.o} a story and {A.n} {did bedtime}.
{E} _give- {A.o} a kiss and _say-, "[Goodnight|Sleep well|Sweet dreams], {A.call}."
{A} _be so <f:tired> that {a} _fall asleep [fast|right away|with a smile].
== eats treat
3* {W} _have+ {treat} [together|and _laugh+|and _be+ <f:happy>|].
{E} _bring- {treat} for everyone. // It _be- all {taste}.
2* {E} _bring- {treat}, and {e} _smile- to see them eat.
{E} _say- that {e} _have- {treat} for everyone.
{W} _eat+ {treat}, and {w} _be+ full and <f:{happy}>.
{W} _share+ {treat} with everyone.
Then {w} _have+ {treat} to eat. // It _be- [so |very |]{taste}.
== gets treat
3* {E} _give- {H.o} {treat}. // H: [Yum|Mmm|Wow]! This is so good!
2* {H} and {E.n} _have+ {treat} [together|and _be+ <f:happy>|].
2* {E} _make- {treat}, and {e} _give- {H.o} a big hug.
{E} _say- that {e} _have- some {treat} for {H.o}. // It _be- [so |very |]{taste}.
{H} _eat {treat}, and {h} _be full and <f:{happy}>.
== celebrates
2* {W} _dance+ and _sing+ [together|{long}].
2* Everyone _be- <f:happy> and _clap-.
{W} _have+ a [big |]party with {treat} and juice.
All the {many animals} _come+ to see and _cheer+.
"""
