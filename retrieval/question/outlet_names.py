"""Outlets that readers call by other names than articles do, and the words that outlets are named with.

A line names one outlet: the hosts at which it publishes, then what it is called, in the nominative. In lower case, with
«ё» written as «е».
"""

from __future__ import annotations


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


OUTLETS = """
iz.ru = известия = izvestia = izvestiya = мультимедийный информационный центр известия
kommersant.ru = коммерсантъ = коммерсант = ъ = kommersant = коммерсант фм
lenta.ru = лента = лента ру = lenta ru = lenta
ria.ru rian.ru = риа новости = риа = ria novosti = ria
tass.ru tass.com = тасс = итар тасс = tass
interfax.ru interfax.com = интерфакс = interfax
rbc.ru = рбк = rbc = rbk = росбизнесконсалтинг
vedomosti.ru = ведомости = vedomosti
meduza.io = медуза = meduza
fontanka.ru = фонтанка = фонтанка ру = fontanka
rg.ru = российская газета = rossiyskaya gazeta = rossiiskaya gazeta
kp.ru = комсомольская правда = комсомолка = komsomolskaya pravda
mk.ru = московский комсомолец = мк = moskovsky komsomolets
aif.ru = аргументы и факты = аиф = argumenty i fakty
gazeta.ru = газета ру = gazeta ru
novayagazeta.ru novayagazeta.eu = новая газета = novaya gazeta
ng.ru = независимая газета = nezavisimaya gazeta
forbes.ru forbes.com = форбс = forbes
thebell.io = the bell
rt.com russian.rt.com = рт = russia today = rt
tvrain.ru tvrain.tv = дождь = телеканал дождь = tv rain
echo.msk.ru echofm.online = эхо москвы = эхо = echo of moscow
ntv.ru = нтв = ntv
1tv.ru = первый канал = channel one
vesti.ru = вести = россия 24 = vesti
tvzvezda.ru = звезда = телеканал звезда = zvezda
ren.tv = рен тв = ren tv
5-tv.ru = пятый канал
rosbalt.ru = росбалт = rosbalt
regnum.ru = регнум = regnum
ura.news ura.ru = ура ру = ura ru
znak.com = знак ком
e1.ru = е1
ngs.ru = нгс
dp.ru = деловой петербург
expert.ru = эксперт = expert
snob.ru = сноб
pravda.ru = правда ру = pravda ru
gazeta-pravda.ru = правда = pravda
trud.ru = труд = trud
pnp.ru = парламентская газета
redstar.ru = красная звезда = krasnaya zvezda
sport-express.ru = спорт экспресс = sport express
championat.com = чемпионат = championat
sports.ru = спортс ру = спортс
sovsport.ru = советский спорт
habr.com = хабр = habr
vc.ru = виси ру
dtf.ru = дтф
theins.ru = the insider
zona.media = медиазона = mediazona
istories.media = важные истории = istories
svoboda.org = радио свобода = radio liberty = radio svoboda
currenttime.tv = настоящее время = current time
themoscowtimes.com = the moscow times = moscow times = москоу таймс
bbc.com bbc.co.uk bbcrussian.com = bbc = bbc news = би би си = бибиси = русская служба би би си
reuters.com = reuters = рейтер = рейтерс = ройтерс = агентство рейтер
apnews.com ap.org = associated press = ap = ap news = ассошиэйтед пресс
afp.com = afp = agence france presse = франс пресс
bloomberg.com = bloomberg = блумберг
cnn.com edition.cnn.com = cnn = си эн эн
nytimes.com = new york times = nyt = нью йорк таймс
washingtonpost.com = washington post = вашингтон пост
wsj.com = wall street journal = wsj = уолл стрит джорнал
ft.com = financial times = ft = файнэншл таймс
theguardian.com guardian.co.uk = guardian = гардиан
thetimes.co.uk thetimes.com = times = таймс
telegraph.co.uk = daily telegraph = telegraph
independent.co.uk = independent
dailymail.co.uk = daily mail = mail online = дейли мейл
mirror.co.uk = daily mirror = mirror
thesun.co.uk = sun = the sun
express.co.uk = daily express
standard.co.uk = evening standard
economist.com = economist = экономист
news.sky.com sky.com = sky news = скай ньюс
itv.com = itv news = itv
aljazeera.com aljazeera.net = al jazeera = аль джазира
dw.com = deutsche welle = dw = немецкая волна = дойче велле
euronews.com = euronews = евроньюс
politico.com politico.eu = politico = политико
axios.com = axios
npr.org = npr
nbcnews.com = nbc news = nbc
cbsnews.com = cbs news = cbs
abcnews.go.com abc.net.au = abc news
foxnews.com = fox news = фокс ньюс
usatoday.com = usa today
latimes.com = los angeles times = la times
time.com = time magazine
newsweek.com = newsweek = ньюсуик
spiegel.de = spiegel = der spiegel = шпигель
lemonde.fr = le monde = монд
xinhuanet.com news.cn = xinhua = синьхуа
kyodonews.net = kyodo
techcrunch.com = techcrunch
theverge.com = verge
wired.com = wired
"""

BEFORE_A_NAME = _listed(
    """
    газета журнал издание агентство информагентство портал сайт телеканал канал телеграм телеграмканал радио
    радиостанция иа the newspaper magazine agency newswire website site channel broadcaster paper
    """
)
"""What may stand before the name of an outlet, and be part of it as articles write it."""

HEADS = _listed(
    """
    ведомости вестник вести известия новости правда газета курьер обозрение листок репортер онлайн информ телеграф
    комсомолец хроника обозреватель меридиан news times
    herald gazette tribune courier post observer chronicle journal telegraph star sun mirror guardian mail standard
    examiner press bulletin register echo argus mercury express review wire today inquirer globe sentinel advertiser
    independent
    """
)
"""What outlets are named with, so that a name that ends with one is hardly anything else's."""

GENERIC = _listed(
    """
    news novosti info inform online onlayn gorod city press media live today daily web portal site gazeta tv radio
    новости инфо информ онлайн город сити пресс медиа газета тв радио the le der
    """
)
"""Parts of names that alone name no outlet."""

POSSESSIONS = _listed(
    """
    журналист журналиста журналистов редактор редактора редакторов редакция редакции главред сотрудник сотрудника
    сотрудников аудитория подписчик подписчиков читатель читателей владелец владельца владельцев сайт офис выручка
    прибыль рейтинг лицензия лицензию домен долг долги счет счета имущество акции акций тираж охват
    """
)
"""What an outlet has itself."""
