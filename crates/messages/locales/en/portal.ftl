### The fixed texts of the portal’s pages.

## Every page

portal-documents = Documents and data
portal-feed = New editions
portal-site-navigation = Main menu
portal-footer-navigation = About this site
portal-home = Plans
portal-search = Search
portal-about = About
portal-accessibility = Accessibility
portal-other-language = Nederlands
portal-breadcrumbs = Breadcrumbs
portal-dutch = Dutch
portal-english = English
portal-download = Download
portal-format-csv = tables (CSV, in a zip)
portal-format-xlsx = Excel (XLSX)
portal-format-markdown = Markdown
portal-format-docx = Word (DOCX)
portal-format-odt = OpenDocument (ODT)

## Home, and a reporting cycle

portal-newest-edition = Newest edition
portal-no-edition-short = not published yet
portal-whole-report = Overview and whole report
portal-all-years = All years
portal-questions-answered = Questions answered
portal-left-open = { $excused } open with a reason, { $open } without
portal-documents-intro = The current edition of each reporting cycle, with all its files. Earlier editions are listed with the cycle.
portal-home-title = Progress reports
portal-home-intro = What organisations do and achieve under national action plans, by reporting cycle: to read, to download and to search.
portal-nothing-published = Nothing has been published yet
portal-nothing-published-help = As soon as an edition of a reporting cycle is published, it is listed here, with its files to download. Are you working on a report? Please contact the administrator of this site.
portal-no-edition = No edition of this cycle has been published yet.
portal-no-edition-help = The organisations are still working on it. Come back later, or search earlier reports.
portal-read = Read
portal-editions = Editions
portal-current-edition = current edition
portal-earlier-edition = superseded
portal-published-on = Published on
portal-organisations = Organisations

## An edition that is superseded or withdrawn

portal-superseded = This edition has been superseded
portal-superseded-help = There is a newer edition; its colophon says what has changed:
portal-withdrawn = This edition has been withdrawn
portal-withdrawn-help = A published edition was at this address, or a file of it. Its text can no longer be read or downloaded here.
portal-withdrawn-edition = withdrawn
portal-withdrawn-on = Withdrawn on
portal-withdrawn-reason = The reason
portal-to-current = To the current edition

## A plan, an organisation, a goal and an indicator over the years

portal-plan-summary =
    This plan has { $goals } goals with { $indicators } indicators. { $organisations ->
        [one] One organisation reports
       *[other] { $organisations } organisations report
    } on them.
portal-plan-years = Reports by period
portal-goals = Goals
portal-subgoals = Subgoals
portal-indicators = Indicators
portal-who-reported = Who reported
portal-texts = Texts
portal-answers-over-years = Answers over the years
portal-organisation-summary = What { $organisation } reported over the years, by indicator.
portal-source = Report
portal-related = In this period: { $codes } ({ $kind }).
portal-beside = { $earlier } beside { $later }
portal-compared = { $same } { $same ->
    [one] passage
   *[other] passages
 } word for word the same, { $changed } changed, { $new } new, { $gone } no longer mentioned
portal-compared-same = word for word the same
portal-compared-changed = changed
portal-compared-new = new
portal-compared-gone = no longer mentioned
portal-compared-nothing = This edition has nothing on this.
portal-by-chapter = By organisation
portal-on-one-page = All on one page
portal-chapters = Other chapters
portal-chapter-of = Chapter { $number } of { $count }
portal-chapter-before = Previous
portal-chapter-after = Next

## Search

portal-query = Search query
portal-query-help = Words, a "fixed phrase" in quotation marks, -word to leave something out, or a field such as year:2021..2023, organisation:bz or country:Iraq.
portal-query-error = This query cannot be read.
portal-query-error-help = Search for the words alone, without signs and filters.
portal-query-error-detail = Reported by the search service:
portal-page-error = This page of results belongs to another query.
portal-page-error-help = Begin again with the first results:
portal-page-expired = The results have changed since the page before; that state is gone.
portal-as-of = As of
portal-as-of-help = You search the editions that were current then. The text of an edition that was withdrawn since is gone.
portal-as-of-now = Search what is current now
portal-moment-error = This moment cannot be read.
portal-moment-error-help = Give a date in the address, such as as_of=2022-11-09, or a time, such as as_of=2022-11-09T12:00:00Z.
portal-first-page = To the first results
portal-next-page = Next results
portal-pages = Pages of results
portal-found =
    { $count ->
        [one] { $count } contribution found
       *[other] { $count } contributions found
    }
portal-relaxed = Few contributions have all the words: those with some of them follow.
portal-unexpanded = The query has many words that occur nowhere or have a *. Other spellings were looked for only in part of them.
portal-nothing-found = Nothing found
portal-nothing-found-query = Check the spelling, use fewer or other words, or leave out quotation marks.
portal-nothing-found-filters = Or remove a filter.
portal-nothing-found-empty = There are no contributions to search yet.
portal-did-you-mean = Did you mean:
portal-corrected = No text has this word, so another spelling was searched for:
portal-corrected-undo = Search only for what you typed
portal-link = Indicator { $indicator } is linked to { $asked }: { $kind }.
portal-link-same = the same measure
portal-link-split = split
portal-link-merged = merged
portal-link-broadened = broadened
portal-link-ended = ended
portal-unmatched = Nothing was found for:
portal-would-find = Something is found with:
portal-would-find-without-filters = without filters
portal-search-feed = Follow this search (Atom feed)
portal-export = Take all results away as:
portal-marked = The words that you searched for are marked.
portal-marked-undo = Remove the marks
portal-filters = Filters
portal-active-filters = Chosen filters
portal-remove-filter = remove:
portal-clear-filters = Remove all filters
portal-more-values = More
portal-sort = Sort
portal-sort-score = relevance
portal-sort-newest = newest first
portal-sort-oldest = oldest first
portal-matching-passages = Matching passages
portal-found-beside = Not found in the text, but in:
portal-figure = figure
portal-reference = reference
portal-search-away = Search is not available just now
portal-search-away-help = The search service does not answer. Please try again in a few minutes. The reports themselves can still be read.
portal-search-behind = The latest changes cannot be found yet; something may be missing.
portal-search-tips = How to search
portal-search-intro = You search the contributions of the current edition of each reporting cycle.
portal-browse = See all contributions
portal-dimension-year = Year
portal-dimension-cycle = Reporting cycle

## How a query was read

portal-read-as = The query was read as:
portal-widened = Words that mean the same were searched for too.
portal-widened-words = Which words
portal-widened-undo = Search only for what you typed
portal-widened-compound = compound
portal-widened-abbreviation = abbreviation
portal-widened-country = country
portal-widened-thesaurus = list of terms
portal-widened-installation = this site's list of terms
portal-widened-organisation = name of an organisation
portal-as-written = Only what you typed was searched for.
portal-as-written-undo = Also search for words that mean the same
portal-note-quote = “{ $text }”: a quotation mark without a second one was left out.
portal-note-parenthesis = “{ $text }”: a parenthesis without a second one, or nested too deep, was left out.
portal-note-wildcard = “{ $text }”: a * stands behind at least three letters, in at most eight words, as in peace*; this one was left out.
portal-note-slop = “{ $text }”: a number up to 100 stands behind ~; this was left out.
portal-note-field = “{ $text }”: there is no such field; its words were searched for. Fields are year, organisation, pillar, goal, indicator, answer, cycle and country.
portal-note-value = “{ $text }”: a value is missing after the colon, as in year:2021; the word was searched for.
portal-note-invalid = “{ $text }”: the field has no such value; it has year:2021 or year:2021..2023. The words were searched for.
portal-note-cut = The query is too long: what follows “{ $text }” was not searched for.
portal-note-inner = “{ $text }”: a * or ? stands behind a word alone, as in peace*; how the word begins was searched for, or the sign was left out.
portal-note-operator = “{ $text }”: a sign of other search engines. ||, && and ! were read as OR, AND and NOT; others were left out.
portal-note-sign = “{ $text }”: the minus was read as the sign of a number; NOT leaves contributions with a number out.
portal-note-other = “{ $text }” was searched for as words.

## Problems

portal-not-found = This page does not exist
portal-not-found-help = There is nothing at this address. Perhaps it was not copied in full. What has once been published stays at its address; what is withdrawn leaves the reason there.
portal-no-such-edition = This edition does not exist
portal-no-such-edition-help = The reporting cycle exists, but has no published edition with this number. The page of the cycle lists the editions that there are.
portal-to-cycle = To the reporting cycle
portal-bad-request = This request cannot be answered
portal-method-help = This address can only be read.
portal-too-long-help = The address is too long. Make the query shorter.
portal-too-many-help = The address has too many parts. Remove filters or begin a new search.
portal-too-large = This edition is too large to show as a page
portal-too-large-help = The files of the edition can be downloaded, from the page of the reporting cycle.
portal-away = This page cannot be shown just now
portal-away-help = A part of the site does not answer, or it is too busy. Please try again in a few minutes.
portal-broken = This file is damaged
portal-broken-help = It is not given out, because it is no longer what was published. That has been recorded, and the file is made again with the same contents. The other files of the edition can be read on the page of the reporting cycle.
portal-fault = Something went wrong
portal-fault-help = That is our fault and not yours; it has been recorded. Please try again later or contact the administrator of this site.
portal-where-now = Where to go from here

## What this site is

portal-privacy-log = What the server keeps
portal-privacy-log-text = The administrator of this site may log which addresses are asked for, to find failures and abuse.
portal-privacy-people = Names in reports
portal-privacy-people-text = As a rule, reports name no persons. Is your name somewhere by mistake? Please report it; an edition can be withdrawn and corrected.
portal-contact-text = Questions on the content, a mistake in a text or figure, or something that does not work? Please mention the address of the page or passage.
portal-about-title = About this site
portal-about-intro = This site holds progress reports on national action plans. Several organisations, such as ministries, report in each cycle on the same goals and indicators. Every contribution is shown as the organisation handed it in.
portal-about-editions = Editions
portal-about-editions-text = A report appears as an edition. An edition never changes. When something has been corrected, a new edition appears with a higher number; the old one stays at its address and points to the new one.
portal-about-linking = Linking
portal-about-linking-text = Every contribution and every paragraph has a permanent address of its own. Follow the sign ¶ beside the text and copy the address.
portal-about-data = Reusing data
portal-about-data-text = Each edition has a data file (JSON) with all contributions, figures and references. The checksum of a file (SHA-256) is part of its address.
portal-about-privacy = Privacy
portal-about-privacy-text = This site uses no cookies, no scripts and no services of others.
portal-about-contact = Contact

## How accessible this site is

portal-accessibility-status = Where we stand
portal-accessibility-status-text = First measures have been taken. Parts of the site have been tested and it has not been audited in full; until then it counts as not fully accessible.
portal-accessibility-enforced = Is the answer of no use to you? Then you can complain to the National Ombudsman, or ask the Netherlands Institute for Human Rights for an opinion.
portal-accessibility-intro = everyone must be able to use this site. The target is WCAG 2.2, level AA (the norm EN 301 549).
portal-accessibility-done = What has been done
portal-accessibility-done-keyboard = All pages work without script and with the keyboard, and have headings and regions that a screen reader can follow.
portal-accessibility-done-zoom = Text adapts to narrow screens and large letters; tables with many columns may scroll sideways.
portal-accessibility-done-checks = The pages are checked with automatic tools.
portal-accessibility-open = What has not been done yet
portal-accessibility-open-audit = No full evaluation by people has been done. Automatic checks find only some of the problems.
portal-accessibility-open-texts = The texts of the organisations are shown as handed in. Their structure and wording may fall short.
portal-accessibility-report = Reporting a problem
portal-accessibility-report-text = Is there something that you cannot read or use? Let us know; within five working days you hear that your report has arrived:
portal-accessibility-report-nowhere = The administrator of this site has not given an address for reports yet.

## For programs

portal-opensearch = Search progress reports on national action plans
portal-api = For programs (API)
portal-api-title = Reading this site by program
portal-api-intro = All that this site shows can be asked for as JSON too: frameworks, cycles, editions, contributions, passages, figures, organisations, indicators over the years, and search. Only what is published; no key is needed. Names of fields are English, as in the glossary of the program.
portal-api-licence = See the reports themselves
portal-api-document = The description for programs (OpenAPI 3.1)
portal-api-rules = What holds for all calls
portal-api-rules-language = Labels are in Dutch or English: choose by language=nl or language=en, or by Accept-Language. Texts of organisations are in the language in which they were handed in.
portal-api-rules-pages = Long lists come in pages. Where an answer has nextPageToken, give it as pageToken for the next page; the header Link has the whole address.
portal-api-rules-caching = Each answer has an ETag. Ask again with If-None-Match, and the answer is 304 as long as nothing has changed.
portal-api-rules-errors = Where something is wrong, the answer is problem+json (RFC 9457). Where a field of the request is wrong, errors names the field and the reason.
portal-api-rules-version = The header API-Version has the version. Within version 1 things are only added.
portal-api-calls = The calls
portal-api-parameters = Parameters
portal-api-parameter = Parameter
portal-api-meaning = Meaning
portal-api-example = Example:

portal-api-list-frameworks = The frameworks that were reported on
portal-api-get-framework = A framework: pillars, goals and indicators, as the newest edition has them
portal-api-list-indicators = The indicators of a framework
portal-api-get-indicator = An indicator over the years: who answered what, with the figures
portal-api-list-cycles = The cycles of a framework
portal-api-get-cycle = A cycle with who reports in it
portal-api-list-editions = The editions of a cycle, also those that were replaced or withdrawn
portal-api-get-edition = An edition: files, review, completeness and what changed
portal-api-list-contributions = The contributions of an edition
portal-api-get-contribution = A contribution with its text, figures and references
portal-api-list-passages = The passages of an edition
portal-api-list-figures = The figures of an edition
portal-api-list-organisations = The organisations that report
portal-api-get-organisation = An organisation with its name in each cycle
portal-api-search = Search of all that is published, with facets
portal-api-suggest = What may be meant by the beginning of a word
portal-api-openapi = This description

portal-api-name-framework = Code of the framework
portal-api-name-period = Period of the cycle, such as 2021 or 2022-2023
portal-api-name-number = Number of the edition
portal-api-name-organisation = Code of the organisation
portal-api-name-contribution = Id of the contribution within its organisation
portal-api-name-indicator = Code of the indicator

portal-api-language = Language of labels: nl or en
portal-api-page-size = How many this page has at most
portal-api-page-token = Where this page begins: nextPageToken of the one before
portal-api-query = The query, as in the search field of this site; empty is everything
portal-api-years = Years; one of them must hold
portal-api-organisations = Codes of organisations; one of them must hold
portal-api-pillars = Codes of pillars; one of them must hold
portal-api-goals = Codes of goals; one of them must hold
portal-api-indicators = Codes of indicators; one of them must hold
portal-api-answers = Kinds of answer, such as reported or partial; one of them must hold
portal-api-cycles = Names of cycles; one of them must hold
portal-api-order = Order: score (best first), newest or oldest
portal-api-as-of = Search as it was on that day or at that moment
portal-api-as-written = The words alone, without what else stands for them
portal-api-beginning = What was typed so far

portal-api-problem = It failed; the answer says why
portal-api-not-modified = Nothing has changed since the answer with this ETag
portal-api-header-version = Version of this API
portal-api-header-language = Language of the labels
portal-api-header-etag = Changes with the answer
portal-api-header-link = Address of the next page of the list (rel=next)

portal-completeness = Completeness
portal-completeness-intro = Each public edition has a number of contributions, and a hash over all of them (the root of a Merkle tree, RFC 9162). Search has the same where nothing is missing.
portal-completeness-whole = Search has all that is public.
portal-completeness-missing = Search lacks something that is public. It is put there again.
portal-completeness-unknown = Search does not answer now.
portal-completeness-count = Contributions
portal-completeness-searched = in search:
portal-completeness-root = Root
portal-completeness-wordless = Without words
