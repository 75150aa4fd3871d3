"""Closed lists of words in Russian and English, each once: in lower case, with «ё» written as «е».

Lists and not prefixes: «тренер» is no number and «стоит» no hundred. Regular expressions that are made of them match
whole words of texts with «ё» as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of these words, the longest first; «е» matches «ё» too."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(re.escape(word).replace('е', '[её]') for word in ordered)})"


def forms_of(stems: Iterable[str]) -> str:
    """A regular expression for the words that are one of these stems, or that and one of `NOUN_ENDINGS`."""
    return rf"{any_of(stems)}{any_of(NOUN_ENDINGS)}?"


WHO = _listed(
    """
    кто кого кому кем ком чей чья чье чьи чьего чьему чьим чьем чьей чьих чьими чью
    who whom whose
    """
)
WHICH = _listed(
    """
    какой какая какое какие какого какому каким каком какую какими каких каков какова каково каковы
    what which
    """
)
HOW_MANY = _listed("сколько скольких скольким сколькими насколько")
REASONS = _listed("почему зачем отчего why")
"""Words that ask for a reason."""
QUESTION_WORDS = (
    WHO | WHICH | HOW_MANY | REASONS | _listed("что чего чему чем где куда откуда когда как where when how")
)
RUSSIAN_ASKING_WORDS = frozenset(word for word in WHO | WHICH | HOW_MANY if re.match("[а-я]", word)) | _listed(
    "где куда откуда когда почему зачем отчего"
)
"""Words that ask wherever they stand, unless they join a clause; «что» and «как» do that more often."""
WHETHER = "ли"
"""Asks whether something is so, behind what is asked about; in small letters, since «Ли» is also a name."""
OPENINGS = _listed("а и но ну and but so")
"""Words that join a question to what was said before it."""
DEMONSTRATIVES = _listed("этот эта это эти этого этой этому этим этом эту этих этими this that these those")
PRONOUNS = DEMONSTRATIVES | _listed(
    """
    он она оно они его ее их ему ей ею им ими него нее нему ней нею ним ними нем таких такие
    he she it they him her them his hers its their theirs
    """
)
"""Words that mean somebody or something named before."""
GENDERS = {
    "masc": _listed("он его него ему нему нем им ним he him his"),
    "femn": _listed("она ее нее ей ней ею нею she her hers"),
    "neut": _listed("оно его него ему нему нем им ним it its"),
    "plur": _listed("они их них им ним ими ними таких такие they them their theirs"),
}
"""Which pronouns mean what is masculine, feminine, neuter, more than one; the others do not tell."""
POSSESSIVES = _listed("its his her their")
POINTING_ADVERBS = _listed("там туда оттуда тогда there then")
"""Words that mean some place or time named before."""
SUBJECT_PRONOUNS = _listed("он она оно они he she it they")
SUCH = _listed("тот та те такой такая такое такие таков такова таковы such")
FOR_SUCH_REASONS = _listed("поэтому therefore thus")
BEFORE_AN_ENGLISH_CLAUSE = _listed(
    """
    after although also as asked because before besides both but despite during earlier even every except further here
    how however if instead later meanwhile more moreover most nevertheless next nor now once only or other since so
    some soon still then though thus unless until what when where whereas whether while why yet
    """
)
"""Words with which an English sentence begins that does not begin with a name."""
CONJUNCTIONS = _listed(
    """
    и или что чтобы когда если который которая которое которые где пока
    and or that when if who which while because after before as than
    """
)
"""Words that begin another clause where they do not stand first."""
PREPOSITIONS = _listed(
    """
    в во на из с со от до для по о об обо у к ко под над при за среди через после перед против без между
    in on at to from for with about by of among under during since until without
    """
)
ENGLISH_AUXILIARIES = _listed("is are was were do does did will would can could has have had")
"""Verbs that open a question as in "did she sign"."""
AUXILIARIES = ENGLISH_AUXILIARIES | _listed("был была было были")
ARTICLES = _listed("a an the")
DEGREES = _listed("так столько so")
"""Words that measure something by what was said before it: «почему так долго?», "why so late?"."""
MEASURES = _listed("many much long old far often")
"""What follows "how"."""
SIZES = _listed("tall high big large deep fast wide")
"""This does too, but elsewhere it says what a question is about."""
LIGHT_WORDS = _listed(
    """
    нибудь сейчас теперь снова потом позже раньше дальше далее всего произошло случилось происходит закончилось
    кончилось завершилось будет будут именно точно конкретно
    anyone anybody anything someone something else now later again before next exactly happen happened happens take
    takes took taken
    place part come comes came get got went go
    спасибо пожалуйста привет здравствуйте понятно хорошо ок
    thanks thank please hello hi ok okay yes
    """
)
"""Words that say too little for a question to be about them."""
NOW = _listed("сейчас щас теперь нынче сегодня now currently today")
"""Words that ask for what is so when they are said."""
LATEST = NOW | _listed(
    "итоге уже еще наконец все-таки окончательно последний последняя последние still finally yet latest"
)
"""And those that ask how something stands, or has ended."""
EARLIER = _listed(
    """
    раньше прежде прежний прежняя прежнего прежней бывший бывшая бывшего бывшей сначала изначально первоначально тогда
    впервые первый первая первое первые первого первой зимой летом весной осенью
    earlier previously previous former originally initially formerly first winter summer spring autumn
    """
)
"""Words that ask for what was so once."""
EVENTS = _listed(
    """
    случилось произошло происходило происходит стряслось новости новостей новость нового новенького новое события
    событие событий главное главного происшествия происшествий
    happened happen happening news new headlines stories events latest going
    """
)
"""Words that ask for what happened, whatever it was."""
ASKING_FOR_EVENTS = _listed(
    """
    интересного важного значимого интересное важное главные главных важные важных последние последних свежие свежих
    основные все всего вообще мире стране покажи покажите дай дайте известно слышно стало еще вести сводка итоги обзор
    основное писали пишут сообщали сообщают такого хорошего плохого необычного любопытного примечательного странного
    городе регионе области крае округе
    main top big biggest important interesting world today's on there out up else give show from of all anything
    reported s what's whats updates thing things notable exciting unusual please city town area region country
    """
)
"""What stands beside them where nothing else is named."""
WAS_OR_WILL_BE = _listed(
    """
    было будет ждет ожидается планируется планируют намечено намечается запланировано предстоит состоится пройдет
    творилось делалось on planned scheduled expected
    """
)
"""Words that within a time ask for all that happened or will happen in it."""
ENGLISH_DAYS = _listed("yesterday today tomorrow tonight")
RELATIVE_DAYS = ENGLISH_DAYS | _listed("позавчера вчера сегодня завтра послезавтра")
STOP_WORDS = (
    QUESTION_WORDS
    | PRONOUNS
    | POINTING_ADVERBS
    | PREPOSITIONS
    | AUXILIARIES
    | ARTICLES
    | RELATIVE_DAYS
    | NOW
    | _listed(
        """
        а бы быть вам вас весь вот все всего всех вы да если есть еще же и известно или которая которого которое
        которой котором которую которые который которых ли либо лишь меня мне много мной может мой мы надо нас
        не нет ни них но ну однако очень про расскажи расскажите сам свой себя скажи скажите так также такой те
        тем то того тоже той только том ту ты уж уже чтобы я
        am and any as be been being but i if into many me much my no not or our s so some such t tell than too
        us we while you your
        """
    )
)
"""Words that say how a question is put, not what it is about: they are not searched for."""

NEGATIONS = _listed(
    """
    не ни нет нельзя без никогда никто никого никому ничего ничто ничем никакой никакая никакие никаких нигде никуда
    вряд невозможно неверно неправда
    not no never nor none nobody nothing nowhere neither without cannot hardly false untrue
    """
)
"""Words that turn what is said into its opposite."""
CONDITIONS = _listed(
    """
    если бы условии пока только лишь кроме якобы возможно вероятно может могут мог могла могло могли хотя однако но
    разве чтобы будто когда
    if unless until only except provided may might could would allegedly perhaps possibly probably maybe but although
    though however when
    """
)
"""Words without which what is left of a sentence may say something else."""
ASKING_WHETHER_SO = _listed(
    """
    правда верно правильно цитата цитату цитаты цитатой действительно реально дословно дословная точно точная точную
    фейк подлинная настоящая проверь проверьте проверка чья чьи чье так
    true quote quoted quotation really verbatim correct accurate right fake real check verify whose did does
    actually
    """
)
"""Words that ask of a quotation whether it is one."""
BESIDE_QUOTATIONS = _listed(
    """
    кто who ли что это эта эти этот самом деле на было был была были бы ли или нет не ведь же и а именно такое такая
    такие так фраза фразу слова слов высказывание высказывания его ее их он она они мог могла в статье статьях есть
    новостях
    скажи скажите подскажите пожалуйста мне можно ли соответствует действительности автор процитировано точно ту то
    ever is it that this these are was were a an the of in or not so do have has had say said says his her their he she
    they words word phrase statement by from please can you tell me if whether article articles news with following fact
    """
)
"""Other words that stand beside a quotation that is asked about, and name nobody."""
CAPITALS_OF_NO_NAME = _listed(
    """
    он она они это в на по как однако также кроме при об о с и а но the he she they it in on at after but and
    this that as when i we you a an there monday tuesday wednesday thursday friday saturday sunday january february
    march april may june july august september october november december cnn reuters bbc рф сша россии
    """
)
"""Words with a capital beside words of saying that are nobody's name, or that of who is told."""
SAYING = _listed(
    """
    сказал сказала рассказал рассказала сообщил сообщила заявил заявила пояснил пояснила объяснил объяснила отметил
    отметила добавил добавила признал признала признался призналась подчеркнул подчеркнула напомнил напомнила
    предупредил предупредила говорит считает отмечает поясняет обещает советует утверждает
    said says noted insisted added warned explained argued recalled
    """
)
"""What stands before the name of who is quoted."""
PAST_TENSE = _listed(
    """
    умер погиб спас помог смог принес унес
    did was were had won lost bought sold built wrote took became made found paid left came went said told got gave led
    shot broke began
    """
)
"""Verbs of the past that their endings do not tell."""
LIKE_PAST_TENSE = _listed(
    """
    или если школа вокзал канал сигнал финал журнал материал персонал капитал потенциал филиал металл зал стол пол
    отдел раздел предел дело дела тело тела село села число начало правило сила скала шкала игла пчела земли соли роли
    цели доли модели недели постели угол посол футбол протокол чехол
    """
)
"""Words that end as Russian verbs of the past do, and are none."""
COLLOQUIAL = {
    "скока": "сколько",
    "скоко": "сколько",
    "скок": "сколько",
    "че": "что",
    "чё": "что",
    "шо": "что",
    "щас": "сейчас",
    "ща": "сейчас",
    "када": "когда",
    "чел": "человек",
    "wat": "what",
    "u": "you",
    "ur": "your",
}
"""How words of any question are written in a hurry, and what they are."""
BEFORE_US = _listed("of for to with from by at about among let tell told give gave show help make made ask teach all")
"""Words before "us" that make it mean ourselves; behind others it is a country, however it is typed."""
ACRONYMS = {"US": "USA", "USA": "USA", "UK": "UK", "UN": "UN", "EU": "EU"}
"""How names are looked for that are often written with full stops, or are another word in small letters."""
NAMES_LIKE_WORDS = {"it": "IT", "who": "WHO", "ли": "Ли"}
"""Names that mean something else when they are typed in small letters."""

RUSSIAN_MONTHS = _listed(
    """
    январь января январю январем январе февраль февраля февралю февралем феврале март марта марту мартом марте
    апрель апреля апрелю апрелем апреле май мая маю маем мае июнь июня июню июнем июне июль июля июлю июлем июле
    август августа августу августом августе сентябрь сентября сентябрю сентябрем сентябре
    октябрь октября октябрю октябрем октябре
    ноябрь ноября ноябрю ноябрем ноябре декабрь декабря декабрю декабрем декабре
    """
)
ENGLISH_MONTHS = _listed("january february april june july august september october november december")
YOU_AND_ME = _listed(
    "я мы мне меня нам ты тебя тебе тобой вы вас вам вами твой твоя твои ваш ваша ваши бот бота"
    " i me we you your yours u ur bot"
)
MONTHS_OR_VERBS = _listed("march may")
MONTHS = RUSSIAN_MONTHS | ENGLISH_MONTHS | MONTHS_OR_VERBS
ENGLISH_WEEKDAYS = _listed("monday tuesday wednesday thursday friday saturday sunday")
WEEKDAYS = ENGLISH_WEEKDAYS | _listed(
    """
    понедельник понедельника понедельнику понедельником понедельнике вторник вторника вторнику вторником вторнике
    четверг четверга четвергу четвергом четверге пятница пятницы пятницу пятнице пятницей
    суббота субботы субботу субботе субботой воскресенье воскресенья воскресенью воскресеньем
    """
)
"""Without those of «среда», which means surroundings as well."""

CARDINALS = _listed(
    """
    два две двух двум двумя три трех трем тремя четыре четырех четырем четырьмя пять пяти пятью шесть шести шестью
    семь семи восемь восьми восемью девять девяти девятью десять десяти десятью одиннадцать одиннадцати двенадцать
    двенадцати тринадцать тринадцати четырнадцать четырнадцати пятнадцать пятнадцати шестнадцать шестнадцати
    семнадцать семнадцати восемнадцать восемнадцати девятнадцать девятнадцати двадцать двадцати двадцатью тридцать
    тридцати тридцатью сорок сорока пятьдесят пятидесяти шестьдесят шестидесяти семьдесят семидесяти восемьдесят
    восьмидесяти девяносто девяноста сто ста двести двухсот двумстам двумястами триста трехсот тремстам четыреста
    четырехсот пятьсот пятисот шестьсот шестисот семьсот семисот восемьсот восьмисот девятьсот девятисот
    сотня сотни сотню сотней сотен сотням сотнями сотнях тысяча тысячи тысячу тысячей тысяче тысяч тысячам тысячами
    тысячах миллион миллиона миллиону миллионом миллионе миллионы миллионов миллионам миллионами миллионах миллиард
    миллиарда миллиарду миллиардом миллиарде миллиарды миллиардов миллиардам миллиардами миллиардах триллион триллиона
    триллионов триллионы млн млрд трлн
    двое двоих двоим двоими трое троих троим троими четверо четверых четверым пятеро пятерых шестеро шестерых семеро
    семерых восьмеро восьмерых девятеро девятерых десятеро десятерых оба обе обоих обеих обоим обеим обоими обеими
    полтора полторы полутора половина половины половину половиной половине треть трети третью четверть четверти
    четвертью десяток десятка десятком десятки десятков десяткам десятками дюжина дюжины дюжину
    дважды трижды четырежды вдвое втрое вчетверо впятеро вполовину полмиллиона полмиллиарда полсотни полтысячи
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
    billion billions trillion trillions dozen dozens half halves thirds quarters twice thrice
    """
)
"""Words that say how many. «Семью» and «третьей» are left out: they are other words more often."""
COLLECTIVES = _listed(
    """
    двое двоих двоим двоими трое троих троим троими четверо четверых четверым пятеро пятерых шестеро шестерых семеро
    семерых восьмеро восьмерых девятеро девятерых десятеро десятерых
    """
)
"""Those of them that count people."""
MULTIPLES = _listed(
    """
    тыс тысяча тысячи тысячу тысячей тысяч тысячам тысячами тысячах млн миллион миллиона миллиону миллионом миллионе
    миллионы миллионов миллионам миллионами миллионах млрд миллиард миллиарда миллиарду миллиардом миллиарде миллиарды
    миллиардов миллиардам миллиардами миллиардах трлн триллион триллиона триллионов триллионы триллионам
    hundred thousand million billion trillion mln bn
    """
)
"""What may stand between a number and what is counted."""
MONEY_STEMS = _listed("рубл копе копей доллар юан гривн тенге франк dollar euro pound rouble ruble yuan crown")
MONEY_WORDS = _listed("руб р коп евро фунтов фунта крон кроны cent cents pence usd eur rub")
PERCENT_STEMS = _listed("процент percent")
DURATION_STEMS = _listed(
    """
    секунд минут час сут дней дня дню день лет год недел месяц десятилет
    second minute hour day week month year decade
    """
)
MEASURE_STEMS = _listed(
    """
    километр гектар тонн килограмм литр сантиметр миллиметр градус балл узл мегаватт киловатт квадратн кубическ
    kilometre kilometer metre meter mile foot feet inch acre hectare tonne ton kilo kilogram gram litre liter degree
    square cubic megawatt
    """
)
MEASURE_WORDS = _listed(
    """
    метр метра метру метром метре метры метров метрам метрами метрах мм см м км кв га т кг
    г мл мвт квт гвт km m cm mm kg mph kph
    """
)
PEOPLE_STEMS = _listed(
    """
    человек людей люд жител ребен ребят дет взросл школьник студент ученик учениц учащ пассажир пострадавш погибш
    ранен убит пациент больн рабоч работник сотрудник работниц врач медик учител педагог участник зрител болельщик
    бегун турист посетител мужчин женщин солдат военн гост пенсионер избирател депутат спасател пожарн полицейск
    водител доброволец добровольц боец бойц беженц эвакуирован эвакуированн заболевш задержан задержанн арестован
    арестованн специалист спортсмен семей семь строител
    person people resident child passenger victim patient worker employee staff student pupil visitor spectator fan
    runner tourist voter soldier firefighter officer volunteer families evacuee participant guest men women killed
    injured dead hurt wounded
    """
)
"""What the words for counted people begin with, in whichever form."""
NOUN_ENDINGS = _listed(
    """
    а у ом е ы и ов ев ам ами ах я ю ем ь ей ям ями ях ью ьми ьи ец ок ка ку ком ке ки кам ками ках йка йки йку ек
    ие ия ий иям ый ого ому ым ой ую ое ая ые ых ыми его ему им ее их ими о ихся иеся имся имися
    s es ren
    """
)
"""And what the words for what is counted may end with: hotels are no guests, though «гостиниц» begins like «гостей»."""
DURATION_ADJECTIVES = _listed("летн дневн суточн недельн месячн годичн часов минутн секундн")
MEASURE_ADJECTIVES = _listed("метров километров тонн градусн литров")
MONEY_ADJECTIVES = _listed("рублев долларов")
PERCENT_ADJECTIVES = _listed("процентн")
COUNTED_STEMS = _listed(
    """
    двух трех четырех пяти шести семи восьми девяти десяти одиннадцати двенадцати пятнадцати двадцати тридцати сорока
    пятидесяти шестидесяти семидесяти восьмидесяти девяносто сто двухсот трехсот пятисот полутора
    """
)
"""What compounds such as «трехлетний» and «двухдневный» begin with."""
COUNTED_UNITS = (
    DURATION_ADJECTIVES
    | MEASURE_ADJECTIVES
    | MONEY_ADJECTIVES
    | PERCENT_ADJECTIVES
    | _listed("лет годов этажн кратн тысячн миллионн миллиардн")
)
"""And what they go on with."""

ENDINGS = {
    "",
    *_listed(
        """
    а я о е и ы у ю й ь ой ей ий ый ая яя ое ее ые ие ого его ому ему ым им ом ем ам ям ами ями ах ях ов ев ою ею ью
    ия ию ии ием иям иях иями ия ие иев иев ин ина ину ины ина ыми ими ых их ую юю
    ть ти л ла ло ли ет ит ут ют ат ят ешь ишь ем им ете ите лся лась лось лись ся сь тся ться н на но ны нный нная
    нное нные вший вшая вшие вши ен ена ено ены
    s es ed d ing er ers ly y ies al e est en n ion ions
    """
    ),
}
"""What forms of one word end with in Russian and in English."""

ABBREVIATIONS = """
рф = россия = российская федерация
сша = соединенные штаты
спб = петербург
мск = москва
цб = центробанк = центральный банк = банк россии
ес = евросоюз = европейский союз
оон = организация объединенных наций
нато = североатлантический альянс
мвф = международный валютный фонд
воз = всемирная организация здравоохранения
мок = международный олимпийский комитет
мвд = министерство внутренних дел
мид = министерство иностранных дел
мчс = министерство чрезвычайных ситуаций
минфин = министерство финансов
минобороны = министерство обороны
минздрав = министерство здравоохранения
минпросвещения = министерство просвещения
минтранс = министерство транспорта
минстрой = министерство строительства
минтруд = министерство труда
минкультуры = министерство культуры
минсельхоз = министерство сельского хозяйства
минюст = министерство юстиции
минэкономразвития = министерство экономического развития
фсб = федеральная служба безопасности
фнс = федеральная налоговая служба
ск = следком = следственный комитет
гд = госдума = государственная дума
совфед = совет федерации
гибдд = гаи = госавтоинспекция
генпрокуратура = генеральная прокуратура
гендиректор = генеральный директор
жкх = жилищно коммунальное хозяйство
дтп = дорожно транспортное происшествие
ввп = валовой внутренний продукт
мрот = минимальный размер оплаты труда
егэ = единый государственный экзамен
ржд = российские железные дороги
оаэ = эмираты = объединенные арабские эмираты
кндр = северная корея
ссср = советский союз
чм = чемпионат мира
че = чемпионат европы
соцсети = социальные сети
ии = искусственный интеллект
гос = государственный
млн = миллион
млрд = миллиард
трлн = триллион
тыс = тысяча
руб = рубль
долл = доллар
чел = человек
обл = область
ул = улица
просп = проспект
км = километр
кг = килограмм
га = гектар
usa = united states
uk = britain = united kingdom
eu = european union
un = united nations
uae = united arab emirates
imf = international monetary fund
ecb = european central bank
gdp = gross domestic product
pm = prime minister
ceo = chief executive
ai = artificial intelligence
mln = million
bn = billion
tn = trn = trillion
govt = government
dept = department
pct = percent
km = kilometre = kilometer
kg = kilogram
"""
"""Ways to write one thing, those of a line. «Г.» is left out, which is a year as well as a town."""
