# What the bot says in English. Plain text without markup; $names are filled in by the program.

language-name = English
# A pattern of Unicode's: https://unicode.org/reports/tr35/tr35-dates.html#Date_Format_Patterns
date-form = d MMMM y

## Commands

start =
    Hello! I answer questions about an archive of news articles: with verbatim excerpts, each with its headline, source and date.

    Just write your question. If the articles do not answer it, I tell you so. More: /help
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
example-question = What is known: { $title }?

help =
    How to ask

    • Write your question in plain words, in one message, in English or Russian.
    • Names, titles, numbers and dates help to find it.
    • An answer is made of verbatim excerpts. The sentence that answers is in bold; the number [1] leads to the article it comes from. The buttons show more of it.
    • You may ask on: what you asked before is kept in mind until /new.
    • Where the articles hold no answer I am sure of, I say so and name the closest articles.
    • Forward or paste a piece of news, and I name the articles about the same event.

    In a group, use /ask and your question, mention me by name or reply to one of my messages.

    I make nothing up: all that an answer says is in the articles.

    /sources – what the articles cover
    /language – the language that I speak
    /new – forget the conversation
    /forget – delete all that is stored about you

command-start = where to begin
command-help = how to ask
command-ask = ask a question
command-sources = what the articles cover
command-language = the language that I speak
command-new = forget the conversation
command-forget = delete all that is stored about you

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
# Who else tells the story of an excerpt; no-one is the earliest where no version has a date.
reprints = +{ $outlets ->
        [one] { $outlets } outlet
       *[other] { $outlets } outlets
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
not-found = The articles do not answer this question.
nearest = Closest to your question:
nearest-to-text = This looks like a piece of news and not like a question. Closest to it in the articles:
nothing-near = This looks like a piece of news and not like a question. Nothing in the articles is close to it.

## Buttons

button-more = More excerpts ›
button-back = ‹ Back
button-article = Whole article
button-previous = ‹ Page { $page }
button-next = Page { $page } ›
rated = Thank you, noted.
expired = This button has expired. Please ask again.
article-changed = The article has changed since. This is what it says now:
article-gone = This article is no longer there.

## Inline mode

inline-empty = Write a question about the news
inline-not-found = No answer in the articles: ask me in private
inline-later = Busy right now: ask me in private

## What is no question

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
too-slow = The search took too long. Please ask again a little later.
failed = Something went wrong, and there will be no answer. Please try again; if it does not help, tell the bot's owner the code { $reference }.

## The operator's commands

stats =
    { $days ->
        [one] Last 24 hours
       *[other] Last { $days } days
    }
    Questions: { $questions }
    Answered: { $answered }
    👎: { $disliked }
    An answer took: half { $p50 } ms at most, 95% { $p95 } ms at most
    People: { $people }
missed = The latest questions without an answer (∅) or with a 👎. The file has up to 1000 of them, for `citebot evaluate`.
missed-none = Every question was answered, and nobody gave a 👎.
reindex-began = Indexing…
reindex-reading = Indexing: { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    } read
reindex-embedding = Indexing: { $done } of { $total ->
        [one] { $total } sentence
       *[other] { $total } sentences
    } embedded
reindex-pace = { $rate } a second, about { $minutes } min left
reindex-running = That is going on already. { $progress }
reindexed = Generation { $generation } is published. Articles: { $added } added, { $changed } changed, { $removed } removed; records with a problem: { $problems }; { $seconds } s.
rolled-back = Generation { $generation } is published again: { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }.
audit = The operators' last commands:
command-late = I was away when you gave this command. Please give it again if it still holds.
operator-failed = That did not work: { $reason }
