"""Forms of English words: verbs, articles, capitals. Only as much as a small child's stories need.

Verbs are written in their base form everywhere, with what follows them ("kick the ball"), and
brought into form here, so one phrase serves past and present stories, "to …" and "…ing".
"""

from functools import cache

PAST, PRESENT, PLURAL_PRESENT, ING = "past", "present", "plural present", "ing"

_IRREGULAR_VERBS = """
    be:was beat:beat have:had do:did go:went see:saw come:came say:said make:made get:got take:took
    find:found give:gave think:thought know:knew run:ran put:put feel:felt fall:fell eat:ate
    sit:sat sing:sang swim:swam fly:flew tell:told hear:heard hold:held keep:kept leave:left
    meet:met buy:bought bring:brought build:built catch:caught begin:began break:broke blow:blew
    can:could will:would draw:drew drink:drank drive:drove dig:dug fight:fought forget:forgot
    grow:grew hide:hid hit:hit hurt:hurt lose:lost let:let lie:lay read:read ride:rode ring:rang
    rise:rose send:sent shake:shook shine:shone shut:shut sleep:slept slide:slid speak:spoke
    spend:spent spin:spun stand:stood steal:stole stick:stuck sting:stung sweep:swept swing:swung
    teach:taught tear:tore throw:threw understand:understood wake:woke wear:wore win:won
    write:wrote become:became bend:bent bite:bit choose:chose cut:cut feed:fed forgive:forgave
    hang:hung lead:led light:lit set:set sell:sold shrink:shrank sink:sank spread:spread weep:wept
    wind:wound sneak:snuck lay:laid pay:paid mean:meant bleed:bled dream:dreamed learn:learned
    burn:burned spill:spilled smell:smelled kneel:knelt freeze:froze outrun:outran fit:fit
    cost:cost must:must may:might shoot:shot
"""  # base:past
_DOUBLING_VERBS = """
    admit bat beg begin bet chat chop clap cut dig dip drag drop fit flap forget get grab grin hit
    hop hug hum jog knit let mop nap nod pat pet pin plan plug pop put quit rip rot rub run scrub
    set ship shop shut sip sit skip slip snap sob spin spot step stir stop swap swim tap tip trap
    trip tug wag win wrap zip
"""  # their last letter is doubled before -ed and -ing
_IRREGULAR = dict(pair.split(":") for pair in _IRREGULAR_VERBS.split())
_DOUBLED = frozenset(_DOUBLING_VERBS.split())
_VOWELS = "aeiou"


def with_article(phrase: str) -> str:
    """ "a ball", "an old hat": the indefinite article that the sound of the next word asks for."""
    vowel = phrase[0].lower() in _VOWELS and not phrase.startswith(("uni", "use", "one"))
    return f"{'an' if vowel or phrase.startswith('honest') else 'a'} {phrase}"


def capitalised(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


@cache
def inflected(phrase: str, form: str) -> str:
    """A verb phrase in base form ("ride a bike") with its verb, the first word, in `form`.

    In "laugh & play" both verbs are inflected.

    Past is that of he or she ("was"); the plural of "be" is made by `finite`.
    """
    if " & " in phrase:
        return " and ".join(inflected(part, form) for part in phrase.split(" & "))
    verb, space, rest = phrase.partition(" ")
    return {PAST: _past, PRESENT: _third_person, ING: _ing}[form](verb) + space + rest


def finite(verb: str, tense: str, plural: bool) -> str:
    """The form that agrees with a third person: finite("be", "past", True) is "were"."""
    if verb == "be":
        return {(PAST, False): "was", (PAST, True): "were", (PRESENT, False): "is"}.get(
            (tense, plural), "are"
        )
    if tense == PAST:
        return inflected(verb, PAST)
    return verb if plural or verb in ("can", "will", "must") else inflected(verb, PRESENT)


def negative(verb: str, *, short: bool) -> str:
    """ "did not" or, short, "didn't"; only verbs that have a short form may be negated so."""
    if not short:
        return f"{verb} not"
    return "can't" if verb == "can" else "won't" if verb == "will" else f"{verb}n't"


def _past(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ied"
    return _stem(verb) + "ed"


def _third_person(verb: str) -> str:
    if verb in ("be", "have"):
        return {"be": "is", "have": "has"}[verb]
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def _ing(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith("ee") and verb != "be":
        return verb[:-1] + "ing"
    return _stem(verb) + "ing"


def _stem(verb: str) -> str:
    return verb + verb[-1] if verb in _DOUBLED else verb
