# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""How stories end, and what was learned."""

ENDINGS = """
== learns
5* {H} _learn that <m:{moral}>.
2* {ever after}, {H} _know that <m:{moral}>.
{H} _know now that <m:{moral}>.
{H} _learn [a good lesson|an important lesson] that day: <m:{moral}>.
And {H} never _forget that <m:{moral}>.
{H} _understand that <m:{moral}>.
E: Remember, {H.call}, {moral}.
E: You see, {moral}. // {H} _nod and _smile.
== moral of the story
5* ¶ // <m:The moral of the story is that {moral}>.
2* ¶ // <m:The moral of the story is: {moral}>.
<m:The lesson is that {moral}>.
== ends as friends
2* And even when they [_be+ far away|_be+ old|_get+ mad at each other|_have+ other friends too], {W.n} always _stay+ friends.
{ever after}, they _meet+ {at P} every [day|week|morning] to {do play}.
4* {ever after}, {W} _be+ [best|good|the best of] friends[ and _play+ together {always}| and always _help+ each other|].
2* {W} _play+ together {always} and _have+ [so much fun|lots of fun|a lot of fun].
2* And {w} {did play} {long}.
{W} _be+ <f:{happy}> to have each other.
{ever after}, {w} [always _share+|_share+ everything|_share+ {w.p} {toys}|_help+ each other] and {did play} [together|{always}|{at P}].
== ends happy
2* {H} _go to bed that night and _think that it _be- the best day of {h.p} life.
2* {ever after}, {H} never _forget to {do lesson}, and everyone _be- <f:{happy}>.
And so {H.n} and {h.p} family _be+ <f:{happy}> and safe [at home|].
3* {H} _be [very|so] <f:{happy}> [and _play {long}|and _go home with a smile|that day|].
2* {ever after}, {H} always {did lesson}.
2* {H} _feel <f:{happy}> and _can not wait [for the next day|to play again|to see {h.p} friends again].
{ever after}, {H} [_be <f:{happy}>|_be the happiest {H.kind} of all].
It _be- the best day ever.
== ends sad
2* {H} _be <f:{sad}> and _wish {h} _have [listened|been more careful].
{ever after}, {H} _do not do it again.
{H} _go home and _cry.
It _be- not a good day for {H.o}.
== happily ever after
4* <e:And they all lived happily ever after.>
2* <e:They lived happily ever after.>
<e:And they lived happily ever after.>
== the end
4* <e:The end.>
<e:The End.>
== thing kept
2* {H} _keep {the T} [in a safe place|{long}|next to {h.p} bed|forever] and [_play with {it} {always}|_be always careful with {it}|never _lose {it} again].
{H} [_play with|_take good care of] {the T} {always}.
{ever after}, {H} _take good care of {h.p} {T}.
"""
