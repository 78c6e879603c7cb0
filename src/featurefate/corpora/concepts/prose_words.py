"""Closed classes of English words, and the few word forms that no ending tells."""

WORDS = {
    "first person": "i me my mine myself we us our ours ourselves",
    "second person": "you your yours yourself yourselves",
    "third person": "he him his himself she her hers herself it its itself they them their theirs "
    "themselves",
    "possessive": "my your his her its our their whose",
    "article": "a an the",
    "demonstrative": "this these those",
    "quantity word": "all some any many much most more few fewer less each every both several "
    "enough another other no none lot lots",
    "number word": "zero one two three four five six seven eight nine ten eleven twelve twenty "
    "thirty forty fifty hundred thousand million first second third fourth fifth once twice half "
    "dozen",
    "preposition": "in of at on by for with from into onto upon about above across after against "
    "along among around before behind below beneath beside besides between beyond down during "
    "inside near off out outside over past per through throughout toward towards under until up "
    "via within without",
    "conjunction": "and or nor but yet while whereas although though because since unless if when "
    "whenever whether than as so until",
    "contrast word": "but however although though yet whereas instead nevertheless otherwise "
    "despite",
    "reason word": "because so therefore thus hence since why",
    "condition word": "if unless whether otherwise when whenever",
    "question word": "what who whom whose which why how where when",
    "negation": "not no never none nobody nothing nowhere neither nor cannot without",
    "modal verb": "can could may might must shall should will would cannot",
    "form of be": "be am is are was were been being",
    "speech verb": "said say says asked asks told tells replied answered whispered shouted "
    "explained promised confessed admitted exclaimed yelled begged announced added agreed cried "
    "called sighed laughed",
    "comparative": "better worse larger smaller greater higher lower longer "
    "shorter faster slower bigger older younger newer easier harder simpler wider earlier later "
    "further farther stronger happier closer deeper braver kinder louder quieter sooner",
    "superlative": "best worst largest smallest greatest highest lowest longest "
    "shortest fastest slowest biggest oldest youngest newest easiest hardest simplest latest "
    "nearest closest strongest happiest deepest bravest kindest",
    "time word": "day days night morning afternoon evening noon midnight today tomorrow yesterday "
    "tonight week weeks month months year years hour hours minute minutes now then soon later "
    "before after always never often sometimes once again ago already still "
    "finally suddenly spring summer autumn winter time times",
}
SPOKEN_ONLY_IN_STORIES = {"called", "added", "agreed", "cried", "sighed", "laughed", "promised"}


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


BE = _words(WORDS["form of be"])
HAVE = _words("have has had having 've 'd")
GET = _words("get gets got getting")
CONTRACTED_BE = ("'s", "'re", "'m", "'ve")
SKIPPED = _words(  # between a form of be or have and its participle
    "not also never already always often only just been being so very too really quite all both "
    "again still now then more most less well better later first once ever yet almost even"
)
DETERMINERS = _words(
    f"{WORDS['article']} {WORDS['possessive']} {WORDS['demonstrative']} all some any many few "
    "several both other two three four five six seven eight nine ten more most no"
)
PREPOSITIONS = _words(WORDS["preposition"])
SUBJECTS = _words("i you he she it we they who")

IRREGULAR_PAST = _words(
    "ate became began bent bit blew bought bound broke brought built caught chose came crept did "
    "dug drank drew drove fell fed felt flew forgot fought found froze gave got grew had heard "
    "held hid kept knew laid led left lent lost made meant met paid ran rang rode rose said sang "
    "sat saw sent shone shook shot slept slid sold sought spent spoke spun stole stood stuck "
    "swam swung swept taught thought threw told took tore understood was went were woke won wore "
    "wove wrote"
)
IRREGULAR_PARTICIPLES = _words(
    "become begun bent bitten blown bought bound broken brought built caught chosen come cut done "
    "drawn driven drunk eaten fallen fed felt flown forgiven forgotten fought found frozen given "
    "gone got gotten grown had heard held hidden hurt kept known laid led left lent lost made "
    "meant met overridden overwritten paid put read ridden risen run seen sent set shaken shown "
    "shut slept sold spent split spoken stolen stood stuck sung swept sworn taken taught thought "
    "thrown told torn understood won worn woven written"
)
NOT_PAST = _words(  # end in -ed, and are no such form
    "bed red need feed seed weed deed reed speed indeed exceed succeed proceed embed hundred "
    "sacred naked wicked shed sled led fed bred breed bleed greed kindred biped seabed"
)
NOT_ING = _words(  # end in -ing, and are no verb
    "thing things king ring wing string spring sling swing sting sing bring cling fling wring "
    "morning evening nothing something anything everything during ceiling sibling darling "
    "substring docstring pudding duckling wedding according lightning"
)
NOT_PLURAL = _words(  # end in -s, and are no plural
    "always perhaps sometimes towards besides afterwards yes its his hers ours yours theirs as "
    "is was has does this thus us plus alias bias canvas gas lens news series species various "
    "means basis axis whereas across unless less"
)
NOT_ADVERB = _words(
    "only family reply apply supply fly early lovely lonely friendly silly jelly belly ugly "
    "holy assembly anomaly multiply imply comply rely ally italy bully curly hilly daily "
    "likely unlikely poly billy emily holly kelly lily molly polly sally willy"
)
NO_NAMES = _words(
    "I True False None Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February "
    "March April May June July August September October November December"
)
BASE_VERBS = _words(  # verbs that follow "to"
    "accept access achieve act add adjust allow answer appear append apply arrange ask assign "
    "attach avoid bake be become begin behave belong bounce break bring build buy call care carry "
    "catch cause change check choose clean clear climb close collect combine come compare compile "
    "complete compute configure connect consider construct contain continue control convert cook "
    "copy correspond count cover create cross cry customize cut dance decide declare decode "
    "define delete describe detect determine dig disable display distinguish do download draw "
    "drink drive drop eat emit enable encode encounter end ensure enter escape estimate evaluate "
    "exist expand expect explain explore expose extend extract fail fall feed feel fetch fight "
    "fill filter find finish fit fix fly follow forget form format forgive generate get give go "
    "grow handle happen have hear help hide hit hold identify ignore implement improve include "
    "increase indicate inform inherit initialize insert inspect install interpret invoke join "
    "jump keep know laugh launch lead learn leave let limit list listen live load locate log look "
    "lose love make manage map match mean meet merge mix modify move need normalize note obtain "
    "occur open operate optimize override pad paint parse pass perform pick place plan play plot "
    "point populate predict prepare preserve prevent print process produce promise provide pull "
    "push put raise reach read receive recover reduce refer register reject release rely remain "
    "remember remove render repeat replace represent require reset resolve respond restore "
    "retrieve return reuse run save say scale search see select send separate serve set share "
    "shout show sing sit skip sleep sort specify split stand start stay stop store suppress swim "
    "take talk teach tell terminate test thank think throw touch track train transform translate "
    "treat trigger try turn understand update upload use validate verify wait wake walk want warn "
    "wash watch win wish work wrap write yield"
)

CLASSES: dict[str, tuple[str, ...]] = {}
for _concept, _members in WORDS.items():
    for _word in _members.split():
        CLASSES[_word] = (*CLASSES.get(_word, ()), _concept)
