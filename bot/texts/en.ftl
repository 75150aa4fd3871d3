# What the bot says in English. Plain text without markup; $names are filled in by the program.

language-name = English
# A pattern of Unicode's: https://unicode.org/reports/tr35/tr35-dates.html#Date_Format_Patterns
date-form = d MMMM y
day-form = d MMMM
year-form = y

## Commands

hello = Hello! I answer questions about an archive of news articles: with verbatim excerpts, each with its headline, source and date.
hello-named = Hello! I am { $name }. I answer questions about an archive of news articles: with verbatim excerpts, each with its headline, source and date.
just-ask = Just write your question. If I am not sure of the answer or find none, I tell you so.
see-help = More: /help
start-coverage =
    The archive holds { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    } from { $outlets ->
        [one] { $outlets } outlet
       *[other] { $outlets } outlets
    }{ $days ->
        [several] , published from { $first } to { $last }
        [one] , published on { $first }
       *[none] { "" }
    }. Last updated on { $updated }.
start-examples = You can try one of these:
example-known = { $title }: what is known?
example-when = { $happened }: when was that?
example-person = Who is { $person }?

help =
    How to ask

    • Write your question in plain words, in one message, in English or Russian.
    • Names, titles, numbers and dates help to find it.
    • An answer is made of verbatim excerpts. The sentence that answers is in bold, and the headline leads to the article. Touch an excerpt that is folded to see all of it; the button "Context" shows what stands around it.
    • You may ask on: what you asked before is kept in mind until /new.
    • You may also write "more", "tell me more", "source", "again" or "news".
    • Where I am not sure that an excerpt answers your question, I say so. Where I find no answer that I am sure of, I name the closest articles.
    • Forward or paste a piece of news, and I name the articles about the same event.
    • Ask about a quote – "Is it true that … said “…”?" –, forward a post or answer to a part of it with "Is that true?": I tell whether it is verbatim, altered, stitched together, said by another or nowhere in the articles.
    • Press "Tell me when it appears" below a refusal, or "Follow" below an answer, in private: when new articles bring something, I write to you.

    In a group, use /ask and your question, mention me by name or reply to one of my messages.

    I make nothing up: all that an answer says is in the articles.

    /sources – what the articles cover
    /digest – the main stories of the last day; /digest 9 sends them daily at 9, /digest off ends that
    /following – the questions that you follow
    /language – the language that I speak
    /new – forget the conversation
    /forget – delete all that is stored about you

command-start = where to begin
command-help = how to ask
command-ask = ask a question
command-sources = what the articles cover
command-digest = the main stories of the last day, also daily
command-following = the questions that you follow
command-language = the language that I speak
command-new = forget the conversation
command-forget = delete all that is stored about you

whoami = Your Telegram number: { $person }
whoami-channel = The Telegram number of the channel that you speak for: { $channel }
whoami-group = The Telegram number of this group: { $group }

language-question = Which language shall I speak?
language-chosen = I speak English from now on.
new-conversation = The conversation is forgotten. What would you like to know?
forgotten = All that was stored about you is deleted for good: questions, answers, ratings and settings.
sources = Outlets:
sources-outlet = { $name }: { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }{ $days ->
        [several] , { $first } to { $last }
        [one] , { $first }
       *[none] { "" }
    }
sources-unnamed = without an outlet
sources-more = … and { $outlets ->
        [one] { $outlets } more outlet
       *[other] { $outlets } more outlets
    }.
ask-what = Write the question after the command, for example: /ask Who won?

## Answers

understood = Understood as: { $question }
as-of = As of { $date }.
# Before values on which cited articles differ, the newest first.
reports-differ = { $how ->
        [rose] The number has risen:
        [fell] The number has fallen:
        [moved] The day has changed:
       *[differ] Reports differ:
    }
# Before an article that tells what was before.
earlier = { $dated ->
        [yes] Earlier, { $date }:
       *[no] Earlier:
    }
# Who else tells the story of an excerpt; no-one is the earliest where no version has a date.
reprints = +{ $outlets ->
        [one] { $outlets } outlet
       *[other] { $outlets } outlets
    }{ $relayed ->
        [none] { $outlets ->
            [one] , citing { $origin }
           *[other] , all citing { $origin }
        }
        [some] , { $relaying } citing { $origin }
       *[no] { "" }
    }{ $earliest ->
        [outlet] , first: { $outlet }, { $date }
        [date] , first: { $date }
       *[none] { "" }
    }
versions = +{ $versions ->
        [one] { $versions } version
       *[other] { $versions } versions
    }{ $earliest ->
        [date] , first: { $date }
       *[none] { "" }
    }
# Before the excerpts: to what a question is restricted, and that nothing there answers it.
understood-period =
    { $kind ->
        [year] in { $period }
       *[days] for { $period }
    }
understood-outlet = { $outlet }
nothing-within =
    { $bounds ->
        [both] { $outlet }, { $period }: I found nothing about this.
        [outlet] { $outlet }: I found nothing about this there.
        [year] I found nothing about this in { $period }.
       *[period] I found nothing about this for { $period }.
    }
offered-outside =
    { $bounds ->
        [outlet] Here is what others say
        [both] Here is what there is besides
       *[other] Here is what there is from another time
    }{ $certainty ->
        [unsure] { ", though I am not sure that it is about this" }
       *[sure] { "" }
    }:
last-known = The latest in the articles is of { $date }.
event-day = the day meant: { $date }

not-found = I found no answer that I am sure of.
no-timeline = I found no story about this in the articles.
# Above a story day by day, of which was asked.
story = Timeline: { $question }
no-story = There is no timeline any more: the articles of this story are gone, or all of one day.
unsure = I am not sure, but this may be the answer:
nearest = Closest to your question:
# Below an unsure answer; in Telegram its own buttons stand between this line and those of the articles.
other-articles = Other articles on this are below.
nearest-to-text = This looks like a piece of news and not like a question. Closest to it in the articles:
nothing-near = This looks like a piece of news and not like a question. I found nothing close to it in the articles.

## Quotes

# What is found of quoted words; "unnamed" where the article names nobody as their speaker.
quote-verdict = { $verdict ->
        [headline] Verbatim: it is the headline of an article.
        [verbatim] Verbatim: these words stand in the article.
        [altered] Altered: the article has other words here.
        [stitched] Stitched together: these words stand in several places.
        [other_speaker] The words are in the article, but as those of another: { $said_by }.
        [unnamed] The words are in the article, but not as those of { $speaker }.
       *[nowhere] No article has these words.
    }
quote-said-by = The article has them as the words of another: { $said_by }.
quote-cut = It is a part: the beginning, the middle or the end of a sentence is left out.
quote-cut-short = It is a part, and what is left out has a condition or a denial: read the whole sentence.
# Before the quote as the reader gave it, with what is wrong struck out.
quote-given = You quoted:

## Buttons

button-more = More excerpts ›
button-period = { $which ->
        [before] ‹ { $period }
        [after] { $period } ›
       *[wider] Wider: { $period }
    }
button-story = Timeline
button-outlet = Only { $outlet }
# How a question that a button asks names its time.
asked-day = on { $date }
asked-period = from { $first } to { $last }
asked-outlet = according to { $outlet }
button-back = ‹ Back
button-context = Context
button-context-of = Context { $number }
button-article = Article
button-previous = ‹ Page { $page }
button-next = Page { $page } ›
rated = Thank you, noted.
rating-waits = Thank you. Noting it takes a little longer than usual.
rating-lost = Your 👍 or 👎 could not be noted. Please press again in a few minutes.
expired = This button has expired. Please ask again.
article-changed = The article has changed since. This is what it says now:
article-gone = This article is no longer there.

## Followed questions

button-tell-me = Tell me when it appears
button-follow = Follow
button-unfollow = Stop
button-unfollow-of = Stop { $number }
followed = You follow this. When new articles bring something, I write to you. /following lists what you follow.
followed-until-answered = When an article answers this, I write to you. /following lists what you follow.
following = You follow these questions. Press a number to stop.
following-none = You follow no question. Press "Follow" below an answer, or "Tell me when it appears" where I found none.
following-already = You follow this already. /following lists what you follow.
following-too-many = You follow { $limit ->
        [one] { $limit } question
       *[other] { $limit } questions
    } already, which is the most. /following lists them, with a button each to stop.
following-private = Write /following to me in private.
unfollowed = All right, I write no more about this.
unfollowed-already = You do not follow this any more.
# Above what is new, with the question as it was asked.
now-answered = There is an answer now: { $question }
now-new = There is something new: { $question }

## Digest

# Above the main stories of the last day.
digest = The main stories of the last day, { $date }
digest-empty = Nothing was published in the last 24 hours.
digest-daily = You get the main stories of the last day here daily at { $hour } ({ $zone }), unless there are none. /digest off ends that.
digest-ended = All right, I send no more digests.
digest-not-daily = You get no digest. Write /digest 9 to get it daily at 9.
digest-what = Write the hour after the command, for example: /digest 9. To end it: /digest off.
digest-private = Write this to me in private.

## Inline mode

inline-empty = Write a question about the news
inline-unsure = Not sure: { $title }
inline-not-found = No answer that I am sure of: ask me in private
inline-later = Busy right now: ask me in private
inline-unavailable = No search right now: try again later

## What is no question

thanks = You are welcome! Ask on.
goodbye = Goodbye! Write when you have a question.
acknowledged = All right. Ask on whenever you like.
praised = Thank you, that is good to hear.
complained = I am sorry that did not help. Try to ask in other words: with a name, a place or a date.
sworn-at = Let us stay calm. If the answer is not the right one, ask in other words.
how-are-you = I am well, thank you. Which news shall I look for?
present = I am here. Write your question.
no-words = Write your question in words: who, what, where, when or how many.
who = I am a bot and not a person: I answer questions about an archive of news articles with verbatim excerpts, and make nothing up.
who-named = I am { $name }, a bot and not a person: I answer questions about an archive of news articles with verbatim excerpts, and make nothing up.
nothing-before = There is nothing to go on from yet: ask a question first.
# In a group, where it is not known which answer is meant.
which-answer = Which answer do you mean? Write this as a reply to it.
nothing-cited = The last answer had no excerpts.
more-none = There are no more excerpts for this question.
sources-cited = Where the last answer comes from:
news-none = No article in the archive has a date.
examples-none = There are no examples ready now. Ask about a person, a place or an event in the news.
# In a terminal only.
help-terminal =
    Write your question in plain words. Names, titles, numbers and dates help to find it. An answer is made of verbatim excerpts.

    You may ask on, and also write "more", "tell me more", "source", "again", "news" or "examples". /new forgets the conversation.
more-shown = More excerpts:
details-shown = In more detail:
text-only = I read text only. Please write your question in words.
unknown-command = I do not know this command. Write your question in plain words, or see /help.
empty-question = The question is empty. Please write what you would like to know.
long-question = The text is too long. Please keep it within { $limit } characters.
not-allowed = Sorry, this bot does not answer everyone. Your Telegram number is { $id }: give it to the bot's owner if you need access.
too-many-questions = You ask faster than I can answer: at most { $limit ->
        [one] { $limit } question
       *[other] { $limit } questions
    } a minute. Please wait a little.
too-many-presses = You press faster than I can follow. Please wait a little.
busy = There are too many questions at once. Please ask again in a minute.
late = You asked this while I was away. I am answering now.
people-unavailable = That cannot be done right now. Please try again in a few minutes.
given-up = I have broken off twice at this question. Please ask it in other words.
too-slow = The search took too long. Please ask again a little later.
unavailable = The articles cannot be searched right now. Please ask again in a few minutes.
failed = Something went wrong, and there will be no answer. Please try again; if it does not help, tell the bot's owner the code { $reference }.

## The operator's commands

help-operator = For operators:
command-stats = how much is asked, and how well it is answered
command-missed = the questions without a good answer
command-reindex = take in what has changed in the articles
command-rollback = go back to the earlier index
command-audit = the operators' last commands
command-whoami = your Telegram number, and in a group that of the group
stats =
    { $days ->
        [one] Last 24 hours
       *[other] Last { $days } days
    }
    Questions: { $questions }
    Answered: { $answered }
    Unsure: { $unsure }
    👎: { $disliked }
    An answer took: half { $p50 } ms at most, 95% { $p95 } ms at most
    People: { $people }
missed-refused = Without a sure answer (∅ none, ≈ unsure): { $count }
missed-useless = Found useless (👎): { $count }
missed-about = Press a number to see what was answered and to say which article answers it. What you have judged (✓) comes as questions.jsonl, for `citebot evaluate`; the rest as to-judge.jsonl.
missed-nothing-cited = Nothing was cited.
missed-judge = Which article answers it?
button-no-article = No article does
judged-article = Kept: “{ $title }” answers it.
judged-none = Kept: no article answers it.
answered-now = Questions that were missed and are answered now: { $count }
missed-none = Every question was answered, and nobody gave a 👎.
reindex-began = Indexing…
reindex-reading = Indexing: { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    } read
reindex-host = asking { $host } now
reindex-embedding = Indexing: { $done } of { $total ->
        [one] { $total } sentence
       *[other] { $total } sentences
    } embedded
reindex-pace = { $rate } a second, about { $minutes } min left
reindex-running = That is going on already. { $progress }
reindexed = Done: index { $generation }. Articles: { $added } added, { $changed } changed, { $removed } removed; records with a problem: { $problems }; { $seconds } s.
rolled-back = The earlier index { $generation } is in use again: { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }.
sources-silent = Sources that have fallen silent:
source-overdue = { $source }: nothing newer than { $newest }; its longest pause in the month before was { $hours } h
source-unread = { $source }: cannot be read, last read { $since }. `citebot index` says why
sources-back = Sources that are heard again:
silent-more = … and { $count } more
channel-new = I was made an administrator of the channel “{ $title }”. I do not read it. If its posts are to be articles, put { $number } into CITEBOT_TELEGRAM_CHANNELS and start me again.
intake-whole = What was sent to me to be an article waits: the index must be made anew. /reindex does that.
intake-failing = What was sent to me to be an article has not been taken in for some time, and I go on trying. The reason: { $reason }
offer = { $articles ->
        [one] I read one article: “{ $title }”. Shall it be added?
       *[other] I read { $articles } articles; the first: “{ $title }”. Shall they be added?
    }
offer-problem = Something in it cannot be read, and is left out: { $reason }
offer-unreadable = Nothing of this can be added: { $reason }
offer-too-large = This file is too large. Telegram hands files of up to { $megabytes } MB over to bots.
offer-unknown = I cannot read files of this kind. I read { $endings }
offer-not-installed = I cannot read files of this kind yet. To have them read: { $install }
offer-not-fetched = Telegram did not hand this file over to me. Please send it again in a few minutes.
offer-declined = Not added: “{ $title }”.
button-add = Add
button-do-not-add = No
given-adding = Adding “{ $title }”…
given-added = { $articles ->
        [one] Added: “{ $title }”. Questions are answered from it in a moment. /articles takes it back.
       *[other] Added: { $articles } articles, the first: “{ $title }”. Questions are answered from them in a moment. /articles takes them back.
    }
given-later = Kept: “{ $title }”. It is not added yet: { $reason }
given-forgotten = “{ $title }” was forgotten with `citebot forget` and stays away.
later-busy = the index is being worked on, and this comes next.
later-whole = the index must be made anew. /reindex does that.
given-none = No articles were given by hand. Send me a file or a link, and I ask whether to add it.
given-list = Articles given by hand, the newest first. A button takes one back.
given-line = { $day } · { $title }{ $articles ->
        [one] { "" }
       *[other] { " " }({ $articles })
    }
button-take-back = ✕ { $title }
taken-back = Taken back: “{ $title }”. In a moment no question is answered from it.
taken-back-later = Taken back: “{ $title }”. It is still among the articles: { $reason }
command-articles = articles given by hand, and taking them back
audit = The operators' last commands:
command-forwarded = Another wrote this command, so I do not carry it out. Please type it yourself.
command-late = I was away when you gave this command. Please give it again if it still holds.
# What came of a command, below the list's own heading.
operation-outcome =
    { $outcome ->
        [done] done
        [failed] failed
        [not-finished] not finished
        [going-on-already] was going on already
        [none-earlier] there was no earlier index
        [busy] the index was being worked on
        [fetching] articles were being fetched from the web
        [stopped] the bot was told to stop
       *[other] { $reason }
    }
operator-failed =
    { $outcome ->
        [none-earlier] There is no earlier index to go back to: the one in use is the oldest that is kept.
        [busy] The index is being worked on. Please wait until that is done.
        [fetching] Articles are being fetched from the web for another run, which takes long where a site is slow. They are taken in when that is done.
        [stopped] The bot was told to stop. The index is as it was.
       *[other] That did not work: { $reason }
    }
