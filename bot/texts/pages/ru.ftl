# Что говорят страницы для владельца бота по-русски, помимо каталога самого бота.

## Бот и его статьи (citebot report)

page-title = Citebot: вопросы и статьи
page-made = Составлено { $date }, { $time }.
# https://unicode.org/reports/tr35/tr35-dates.html#Date_Format_Patterns
page-day-form = EEE, d MMM
page-week-form = d MMM
page-milliseconds = { $number } мс
page-seconds = { $number } с
page-mebibytes = { $number } МиБ
page-when = Когда
page-bar = Полоса

page-attention = Требует внимания
page-silent-outlets =
    { $outlets ->
        [one] Замолчало { $outlets } издание, см. ниже.
        [few] Замолчали { $outlets } издания, см. ниже.
       *[many] Замолчали { $outlets } изданий, см. ниже.
    }

page-asked = Что спрашивали
page-no-bot = С этой рабочей папкой бот ещё не запускался: о вопросах рассказать нечего.
page-period = С { $first } по { $last }.
page-kept = Более ранние вопросы не хранятся (CITEBOT_KEEP_DAYS = { $days }).
page-nothing-asked = За это время ничего не спрашивали.
page-questions-of-people =
    { $questions ->
        [one] вопрос
        [few] вопроса
       *[many] вопросов
    } от { $people ->
        [one] { $people } человека
       *[many] { $people } человек
    }
page-answered-surely = с уверенным ответом
page-answered-unsurely = с неуверенным ответом
page-answered-not = без ответа: не нашлось
page-disliked = с бесполезным ответом (👎)
page-half-of-answers = не дольше занимает половина ответов (p50); 95 из 100 — не дольше { $p95 } (p95)
page-asked-caption = Вопросы по времени: сколько их было, как на них ответили и сколько людей спрашивало
page-questions = Вопросы
page-sure = Уверенно
page-unsure = Неуверенно
page-refused = Без ответа
page-useless = Бесполезно
page-people = Люди

page-missed = Чего не хватило
page-missed-none = Без ответа ничего не осталось, и бесполезными ответы никто не назвал.
page-missed-about = Вопросы без ответа и с ответом, который назвали бесполезным (👎), сначала новые. Это слова самих людей: обращайтесь с ними бережно.
page-missed-latest = Показаны последние { $count }.
page-was-refused = без ответа
page-was-useless = ответ бесполезен
page-times =
    { $times ->
        [one] спросили { $times } раз
        [few] спросили { $times } раза
       *[many] спросили { $times } раз
    }
page-shown = показано: { $headline }

page-speed = Скорость
page-speed-about = Сколько занимали ответы: половина — не дольше p50, 95 из 100 — не дольше p95.
page-speed-caption = Время ответов
page-sources = Источники
page-no-articles = Нет индекса, который можно прочитать, поэтому о статьях рассказать нечего.
page-silent-about = Замолчавшим считается издание, у которого нет нового впятеро дольше обычного и больше недели.
page-outlets-more = Показаны { $shown } самых больших изданий из { $outlets }.
page-sources-caption = Издания: сколько статей и насколько они свежие
page-outlet = Издание
page-no-outlet = (без издания)
page-articles = Статьи
page-recent =
    { $days ->
        [1] Сегодня
        [one] За { $days } день
        [few] За { $days } дня
       *[many] За { $days } дней
    }
page-newest = Самая новая
page-days-since = Дней с тех пор
page-state = Состояние
page-silent = молчит

page-index = Индекс
page-index-state = состояние
page-healthy = всё в порядке
page-unhealthy = отвечать нельзя, см. выше
page-generation = номер индекса
page-generation-of =
    { $generation }, опубликовано { $date }, { $time } ({ $days ->
        [0] сегодня
        [one] { $days } день назад
        [few] { $days } дня назад
       *[many] { $days } дней назад
    })
page-holds = содержит
page-holds-counts =
    { $articles ->
        [one] { $articles } статью
        [few] { $articles } статьи
       *[many] { $articles } статей
    }, { $passages ->
        [one] { $passages } отрывок
        [few] { $passages } отрывка
       *[many] { $passages } отрывков
    }, { $sentences ->
        [one] { $sentences } предложение
        [few] { $sentences } предложения
       *[many] { $sentences } предложений
    }
page-languages = языки
page-dates = даты
page-model = модель
page-sure-from = уверенно от
page-unsure-from = неуверенно от
page-bound =
    { $bound }, { $origin ->
        [settings] по настройкам
        [calibrated] по калибровке
       *[shipped] из поставки
    }
page-calibrated = калибровка
page-disk = на диске

## Проверка (citebot evaluate --report)

evaluation-title = Citebot на { $folder }
evaluation-about = Что значит каждая величина, сказано в docs/evaluation.md.
evaluation-overview = Обзор
evaluation-articles =
    { $articles ->
        [one] статья
        [few] статьи
       *[many] статей
    }, отрывков — { $passages }, предложений — { $sentences }
evaluation-questions =
    { $questions ->
        [one] вопрос
        [few] вопроса
       *[many] вопросов
    }, с ответом в статьях — { $answerable }, без него — { $unanswerable }
evaluation-indexing = на индексацию: статей в секунду — { $articles }, предложений — { $sentences }
evaluation-time = на вопрос (p50), в { $times } раза дольше одного эмбеддинга, { $embedding }
evaluation-memory =
    памяти самое большее, { $indexing ->
        [yes] при индексации и ответах
       *[no] при ответах
    }
evaluation-threshold = уверенность, с которой Citebot отвечает

evaluation-figures = Величины
evaluation-figures-about = Доли и средние от 0 до 1; прочерк — где вопросы ничего не говорят. Ответ в выдержках измеряется при любой уверенности.
evaluation-figure = Величина
evaluation-meaning = О чём она
evaluation-part =
    { $part ->
        [articles] Нужная статья
        [passages] Отрывок с ответом
        [evidence] Ответ в выдержках
        [abstention] Отказы
        [certainty] Уверенность
       *[speed] Миллисекунд на вопрос
    }
evaluation-name =
    { $figure ->
        [recall_at_1] R@1
        [recall_at_5] R@5
        [mean_reciprocal_rank] MRR
        [ndcg_at_10] nDCG@10
        [sentence_at_1] sentence@1
        [excerpt_at_1] evidence@1
        [excerpt_at_3] evidence@3
        [answer_span_f1] отмеченный ответ, F1
        [sentence_at_1_lemmas] sentence@1, леммы
        [excerpt_at_1_lemmas] evidence@1, леммы
        [excerpt_at_3_lemmas] evidence@3, леммы
        [answer_span_f1_lemmas] отмеченный ответ, леммы: F1
        [mean_excerpt_characters] выдержка, знаков
        [false_answers] ложные ответы
        [wrong_refusals] напрасные отказы
        [area_under_roc] площадь под ROC
        [right_sure] верно и уверенно
        [right_unsure] верно, неуверенно
        [wrong_sure] неверно, но уверенно
        [wrong_unsure] неверно, неуверенно
        [refused] без выдержек
        [unanswerable_sure] ответа нет, но уверенно
        [unanswerable_unsure] ответа нет, неуверенно
        [utility] польза
        [p50_ms] p50
       *[p95_ms] p95
    }
evaluation-meaning-of =
    { $figure ->
        [recall_at_1] первая найденная верна
        [recall_at_5] верная — среди первых пяти
        [mean_reciprocal_rank] среднее от 1 / место первой верной
        [ndcg_at_10] верные среди первых десяти, чем выше, тем лучше
        [sentence_at_1] отмеченное предложение выдержки 1 содержит ответ
        [excerpt_at_1] выдержка 1 содержит ответ
        [excerpt_at_3] одна из выдержек 1–3 содержит ответ
        [answer_span_f1] слова, отмеченные в выдержке 1, против слов ответа
        [sentence_at_1_lemmas] то же с ответом в любой форме
        [excerpt_at_1_lemmas] то же с ответом в любой форме
        [excerpt_at_3_lemmas] то же с ответом в любой форме
        [answer_span_f1_lemmas] то же со словами в любой форме
        [mean_excerpt_characters] средняя длина
        [false_answers] вопросы без ответа в статьях, на которые дан уверенный ответ
        [wrong_refusals] вопросы с ответом в статьях, на которые нет уверенного ответа
        [area_under_roc] вопрос с ответом увереннее вопроса без него
        [right_sure] вопросы с ответом
        [right_unsure] вопросы с ответом
        [wrong_sure] вопросы с ответом
        [wrong_unsure] вопросы с ответом
        [refused] вопросы с ответом
        [unanswerable_sure] вопросы без ответа
        [unanswerable_unsure] вопросы без ответа
        [utility] верное считается за 1, неуверенное за 0,5, неверное и уверенное за −1
        [p50_ms] половина вопросов быстрее
       *[p95_ms] быстрее все, кроме одного из двадцати
    }

evaluation-plots = Графики
evaluation-plot =
    { $plot ->
        [ranks] Место нужной статьи
        [roc] Знает ли он, чего не знает
        [thresholds] Что меняет порог
       *[latency] Время на вопрос
    }
evaluation-no-roc = Кривой ROC нет: для неё нужны вопросы и с ответом, и без него.
plot-rank = место нужной статьи
plot-lower-rank =
    ниже
    или нет
plot-questions = вопросы
plot-milliseconds = миллисекунд на вопрос
plot-embedding-alone = один эмбеддинг, p50
plot-area = площадь { $area }
plot-at-threshold =
    при пороге { $threshold }: ложных ответов { $false_answers },
    напрасных отказов { $wrong_refusals }
plot-unanswerable = вопросы без ответа, на которые отвечено
plot-answerable = вопросы с ответом, на которые отвечено
plot-false-answers = ложные ответы
plot-wrong-refusals = напрасные отказы
plot-threshold-in-force = действующий порог, { $threshold }
plot-share = доля своих вопросов

evaluation-thresholds = Пороги
evaluation-thresholds-about = Что с этими вопросами сделал бы другой CITEBOT_MIN_CONFIDENCE; жирным — действующий.
evaluation-threshold-column = порог
evaluation-kinds = Виды вопросов
evaluation-kinds-about = По полю «kind» в questions.jsonl. На вопросы без ответа в статьях отвечать не следует.
evaluation-kind = Вид
evaluation-no-kind = (без вида)
evaluation-answerable-column = Есть ли на них ответ
evaluation-answerable =
    { $answerable ->
        [yes] с ответом
       *[no] без ответа
    }
evaluation-answered = Отвечено

evaluation-misses = Худшие промахи
evaluation-fault =
    { $fault ->
        [wrong-answer] неверный ответ
        [false-answer] ложный ответ
       *[wrong-refusal] ложный отказ
    }
evaluation-misses-shown =
    { $all ->
        [yes] Показаны все
       *[no] Показано худших: { $count }
    }, по очереди худшие каждого рода: неверные ответы, где нужная статья ниже всех, затем самые уверенные ложные ответы и отказы.
evaluation-no-misses = Нет: на каждый вопрос с ответом отвечено верно, на остальные — отказ.
evaluation-confidence = уверенность { $confidence }
evaluation-question = вопрос { $id }
evaluation-not-held = ответа в статьях нет
evaluation-rank =
    { $rank ->
        [0] нужной статьи нет среди лучших отрывков ({ $passages })
       *[other] нужная статья — номер { $rank } из найденных
    }
evaluation-evidence =
    { $evidence ->
        [cited] она приведена
        [not-cited] она не приведена
        [no-excerpt] ответа нет ни в одной выдержке
       *[excerpt] ответ содержит выдержка { $excerpt }
    }
evaluation-expected-article = ожидалась статья
evaluation-expected-answer = ожидался ответ
evaluation-expected-evidence = где ответ
evaluation-would-have-cited = Отказ; было бы приведено:
evaluation-right-article = нужная статья
