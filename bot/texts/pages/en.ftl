# What the pages for operators say in English, beside the bot's own catalogue.

## The bot and its articles (citebot report)

page-title = Citebot: questions and articles
page-made = Made on { $date }, { $time }.
# https://unicode.org/reports/tr35/tr35-dates.html#Date_Format_Patterns
page-day-form = EEE d MMM
page-week-form = d MMM
page-milliseconds = { $number } ms
page-seconds = { $number } s
page-mebibytes = { $number } MiB
page-when = When
page-bar = Bar

page-attention = Needs attention
page-silent-outlets =
    { $outlets ->
        [one] One outlet has fallen silent, see below.
       *[other] { $outlets } outlets have fallen silent, see below.
    }

page-asked = What was asked
page-no-bot = No bot has run with this home folder yet: there are no questions to tell of.
page-period = From { $first } to { $last }.
page-kept = Earlier questions are not kept (CITEBOT_KEEP_DAYS is { $days }).
page-nothing-asked = Nothing was asked in this time.
page-questions-of-people =
    { $questions ->
        [one] question
       *[other] questions
    }, from { $people ->
        [one] one person
       *[other] { $people } people
    }
page-answered-surely = answered for sure
page-answered-unsurely = answered, but unsure
page-answered-not = refused: no answer found
page-disliked = found useless (👎)
page-half-of-answers = half of the answers took no longer (p50); 95 of 100 no longer than { $p95 } (p95)
page-asked-caption = Questions by time: how many, how they were answered, how many people asked
page-questions = Questions
page-sure = Sure
page-unsure = Unsure
page-refused = Refused
page-useless = Useless
page-people = People

page-missed = What was missing
page-missed-none = Nothing was refused, and nothing was found useless.
page-missed-about = Questions that were refused or whose answer was found useless (👎), the newest first. They are people's own words: handle them with care.
page-missed-latest = Shown are the latest { $count }.
page-was-refused = refused
page-was-useless = found useless
page-times = asked { $times } times
page-shown = shown: { $headline }

page-speed = Speed
page-speed-about = How long answers took: half of them no longer than p50, 95 of 100 no longer than p95.
page-speed-caption = Time that answers took
page-sources = Sources
page-no-articles = There is no index that can be read, so no articles to tell of.
page-silent-about = Silent is an outlet that has had nothing for five times as long as it usually has, and for more than a week.
page-outlets-more = Shown are the { $shown } largest of { $outlets } outlets.
page-sources-caption = Outlets: how many articles, and how fresh
page-outlet = Outlet
page-no-outlet = (no outlet)
page-articles = Articles
page-recent =
    { $days ->
        [one] Today
       *[other] In { $days } days
    }
page-newest = Newest
page-days-since = Days since
page-state = State
page-silent = silent

page-index = Index
page-index-state = state
page-healthy = all well
page-unhealthy = cannot be served, see above
page-generation = generation
page-generation-of =
    { $generation }, published on { $date }, { $time } ({ $days ->
        [0] today
        [one] one day ago
       *[other] { $days } days ago
    })
page-holds = holds
page-holds-counts =
    { $articles ->
        [one] one article
       *[other] { $articles } articles
    }, { $passages ->
        [one] one passage
       *[other] { $passages } passages
    }, { $sentences ->
        [one] one sentence
       *[other] { $sentences } sentences
    }
page-languages = languages
page-dates = dates
page-model = model
page-sure-from = sure from
page-unsure-from = unsure from
page-bound =
    { $bound }, { $origin ->
        [settings] as the settings say
        [calibrated] as calibrated
       *[shipped] as shipped
    }
page-calibrated = calibrated
page-disk = on disk

## An evaluation (citebot evaluate --report)

evaluation-title = Citebot on { $folder }
evaluation-about = What each figure means is told in docs/evaluation.md.
evaluation-overview = Overview
evaluation-articles =
    { $articles ->
        [one] article
       *[other] articles
    }, { $passages } passages, { $sentences } sentences
evaluation-questions =
    { $questions ->
        [one] question
       *[other] questions
    }, { $answerable } answerable, { $unanswerable } not
evaluation-indexing = to index, { $articles } articles, { $sentences } sentences a second
evaluation-time = a question (p50), { $times } × embedding it alone, { $embedding }
evaluation-memory =
    of memory at most, while { $indexing ->
        [yes] indexing and answering
       *[no] answering
    }
evaluation-threshold = confidence from which Citebot answers

evaluation-figures = Figures
evaluation-figures-about = Shares and means in [0, 1]; – where no question tells. Evidence is measured whatever the confidence.
evaluation-figure = Figure
evaluation-meaning = What it says
evaluation-part =
    { $part ->
        [articles] Right article
        [passages] Passage with the evidence
        [evidence] Evidence
        [abstention] Abstention
        [certainty] Certainty
       *[speed] Milliseconds a question
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
        [answer_span_f1] marked answer, F1
        [sentence_at_1_lemmas] sentence@1, lemmas
        [excerpt_at_1_lemmas] evidence@1, lemmas
        [excerpt_at_3_lemmas] evidence@3, lemmas
        [answer_span_f1_lemmas] marked answer, lemmas: F1
        [mean_excerpt_characters] excerpt, characters
        [false_answers] false answers
        [wrong_refusals] wrong refusals
        [area_under_roc] area under ROC
        [right_sure] right and sure
        [right_unsure] right, unsure
        [wrong_sure] wrong, but sure
        [wrong_unsure] wrong, unsure
        [refused] nothing cited
        [unanswerable_sure] sure without an answer
        [unanswerable_unsure] unsure without an answer
        [utility] utility
        [p50_ms] p50
       *[p95_ms] p95
    }
evaluation-meaning-of =
    { $figure ->
        [recall_at_1] the first one is right
        [recall_at_5] a right one is among the first five
        [mean_reciprocal_rank] mean of 1 / rank of the first right one
        [ndcg_at_10] right ones among the first ten, the higher the better
        [sentence_at_1] the marked sentence of citation 1 holds an answer
        [excerpt_at_1] the excerpt of citation 1 holds an answer
        [excerpt_at_3] an excerpt of citations 1 to 3 holds an answer
        [answer_span_f1] words marked in citation 1 against those of an answer
        [sentence_at_1_lemmas] the same with an answer in any of its forms
        [excerpt_at_1_lemmas] the same with an answer in any of its forms
        [excerpt_at_3_lemmas] the same with an answer in any of its forms
        [answer_span_f1_lemmas] the same with words in any of their forms
        [mean_excerpt_characters] mean length
        [false_answers] unanswerable questions that are answered for sure
        [wrong_refusals] answerable questions that are not answered for sure
        [area_under_roc] an answerable question is more confident than an unanswerable one
        [right_sure] answerable questions
        [right_unsure] answerable questions
        [wrong_sure] answerable questions
        [wrong_unsure] answerable questions
        [refused] answerable questions
        [unanswerable_sure] unanswerable questions
        [unanswerable_unsure] unanswerable questions
        [utility] what is right counts 1, unsure 0.5; what is wrong and sure -1
        [p50_ms] half of the questions are faster
       *[p95_ms] all but one in twenty are faster
    }

evaluation-plots = Plots
evaluation-plot =
    { $plot ->
        [ranks] Rank of the right article
        [roc] Knowing what it does not know
        [thresholds] What the threshold trades
       *[latency] Time a question takes
    }
evaluation-no-roc = No ROC curve: it takes both answerable and unanswerable questions.
plot-rank = rank of the right article
plot-lower-rank =
    lower
    or none
plot-questions = questions
plot-milliseconds = milliseconds a question
plot-embedding-alone = embedding alone, p50
plot-area = area { $area }
plot-at-threshold =
    at threshold { $threshold }: { $false_answers } false answers,
    { $wrong_refusals } wrong refusals
plot-unanswerable = unanswerable questions that are answered
plot-answerable = answerable questions that are answered
plot-false-answers = false answers
plot-wrong-refusals = wrong refusals
plot-threshold-in-force = threshold in force, { $threshold }
plot-share = share of their questions

evaluation-thresholds = Thresholds
evaluation-thresholds-about = What another CITEBOT_MIN_CONFIDENCE would make of these questions; in bold the one in force.
evaluation-threshold-column = threshold
evaluation-kinds = Kinds of questions
evaluation-kinds-about = As "kind" says in questions.jsonl. Of the unanswerable kinds, none should be answered.
evaluation-kind = Kind
evaluation-no-kind = (none)
evaluation-answerable-column = Whether they can be answered
evaluation-answerable =
    { $answerable ->
        [yes] answerable
       *[no] unanswerable
    }
evaluation-answered = Answered

evaluation-misses = The worst misses
evaluation-fault =
    { $fault ->
        [wrong-answer] wrong answer
        [false-answer] false answer
       *[wrong-refusal] wrong refusal
    }
evaluation-misses-shown =
    { $all ->
        [yes] Shown are all
       *[no] Shown are the worst { $count }
    }, the worst of each fault in turn: wrong answers whose right article is ranked lowest, false answers and refusals that were surest.
evaluation-no-misses = None: every answerable question is answered with what answers it, every other is refused.
evaluation-confidence = confidence { $confidence }
evaluation-question = question { $id }
evaluation-not-held = the articles do not hold the answer
evaluation-rank =
    { $rank ->
        [0] no right article among the { $passages } best passages
       *[other] a right article is number { $rank } of those found
    }
evaluation-evidence =
    { $evidence ->
        [cited] it is cited
        [not-cited] it is not cited
        [no-excerpt] no excerpt holds an answer
       *[excerpt] excerpt { $excerpt } holds an answer
    }
evaluation-expected-article = expected article
evaluation-expected-answer = expected answer
evaluation-expected-evidence = evidence
evaluation-would-have-cited = Refused; it would have cited:
evaluation-right-article = right article
