"""Every word of the interface in one table: Dutch first, English beside it."""

from collections.abc import Mapping

LANGUAGES = ("nl", "en")
"""The languages of the interface; the first is the default."""

TABLE: Mapping[str, tuple[str, str]] = {
    # The page
    "tagline": (
        "Wat heeft het kabinet de Kamer hierover geantwoord?",
        "What did the Dutch cabinet answer to Parliament?",
    ),
    "other_language": ("English", "Nederlands"),
    "banner": (
        "Voorbeeldcorpus: dit zijn verzonnen Kamervragen. Geen enkel antwoord is echt gegeven.",
        "Sample corpus: these Kamervragen are invented. No minister ever gave any of these answers.",
    ),
    "banner_label": ("Fictief", "Fictional"),
    "footer": (
        "Antwoorden zijn letterlijke citaten, tenzij er een taalmodel bij genoemd is. Lees de bron voordat u citeert.",
        "Answers are literal quotations, unless a language model is named. Read the source before you quote.",
    ),
    "unsupported": ("niet onderbouwd", "not supported"),
    "also_written": ("Wat het taalmodel nog meer schreef ({count})", "What else the language model wrote ({count})"),
    "program": ("Voor programma's: API", "For programs: API"),
    "tab_chat": ("Vragen", "Ask"),
    # Asking
    "intro_title": ("Stel een vraag aan de antwoorden van het kabinet", "Ask the cabinet's answers a question"),
    "intro": (
        "Kamerleden stellen schriftelijke vragen, ministers antwoorden. U krijgt hun eigen zinnen te lezen, "
        "met bij elke zin de vraag waar die uit komt.",
        "Members of Parliament put written questions, ministers answer. You read their own sentences, each with the "
        "question it comes from. The sources are in Dutch.",
    ),
    "examples": ("Bijvoorbeeld", "For example"),
    "question": ("Uw vraag", "Your question"),
    "placeholder": ("Wat wilt u weten?", "What is your question?"),
    "send": ("Vraag", "Ask"),
    "new": ("Nieuw gesprek", "New conversation"),
    "thread": ("Gesprek", "Conversation"),
    "loading": ("Zoeken in de antwoorden", "Searching the answers"),
    "writing": (
        "Het taalmodel schrijft; elke zin wordt nagekeken",
        "The language model writes; each sentence is checked",
    ),
    "understood": ("Begrepen als", "Understood as"),
    "understood_edit": ("Pas aan", "Change"),
    "understood_alone": ("Zonder het voorgaande", "Without what came before"),
    "edit": ("Bewerk vraag", "Edit question"),
    "stop": ("Stop", "Stop"),
    "next_questions": ("Verder vragen", "Ask next"),
    "past": ("Eerdere gesprekken ({count})", "Earlier conversations ({count})"),
    "past_note": ("Staan alleen in deze browser.", "Kept in this browser only."),
    "past_turns": ("{count} vragen", "{count} questions"),
    "past_turn": ("1 vraag", "1 question"),
    "forget": ("Wis alle", "Delete all"),
    "answer_of": ("{role}, {day}", "{role}, {day}"),
    "listed": ("Kamervragen die eraan voldoen", "Kamervragen that meet it"),
    "no_answer": ("Geen antwoord gevonden", "No answer found"),
    "nearest": (
        "Dit komt het dichtst in de buurt, maar is geen antwoord op de vraag:",
        "This comes closest, but does not answer the question:",
    ),
    "declined": ("Niets gevonden", "Nothing found"),
    "failed": ("Dat lukte niet", "That did not work"),
    "retry": ("Probeer opnieuw", "Try again"),
    "retry_open": ("Vraag opnieuw zonder filters", "Ask again without filters"),
    "detail": ("Technische melding", "Technical message"),
    "bad_day": (
        "“{value}” is geen datum. Schrijf een jaar (2022), een maand (2022-06) of een dag (2022-06-02).",
        "“{value}” is not a date. Write a year (2022), a month (2022-06) or a day (2022-06-02).",
    ),
    "bad_filter": (
        "Een van de filters komt in deze index niet voor. Kies een ander filter of haal het weg.",
        "One of the filters does not occur in this index. Choose another or remove it.",
    ),
    "bad_question": (
        "Deze vraag kan niet worden gelezen. Stel een vraag in woorden, van hoogstens 4.000 tekens.",
        "This question cannot be read. Ask something in words, of at most 4,000 characters.",
    ),
    "index_gone": (
        "De index kan niet worden gelezen. Bouw hem opnieuw of herstart Kamerwijzer.",
        "The index cannot be read. Rebuild it or restart Kamerwijzer.",
    ),
    "nothing_in_period": (
        "Over deze periode zijn geen Kamervragen gevonden. Kies een langere periode.",
        "No Kamervragen were found in this period. Choose a longer one.",
    ),
    "bad_documents": (
        "De documenten van deze index kunnen niet worden gelezen. De technische melding zegt welke en waarom.",
        "The documents of this index cannot be read. The technical message says which and why.",
    ),
    "service_silent": (
        "De dienst waar de Kamervragen vandaan komen antwoordt niet. Kijk of er internet is en probeer het later "
        "opnieuw; wat al was opgehaald, blijft bewaard.",
        "The service that Kamervragen come from does not answer. See whether there is internet and try again later; "
        "what was fetched is kept.",
    ),
    "service_strange": (
        "De dienst waar de Kamervragen vandaan komen gaf iets anders terug dan gevraagd. Probeer het later opnieuw; "
        "wat al was opgehaald, blijft bewaard.",
        "The service that Kamervragen come from gave something else than was asked for. Try again later; what was "
        "fetched is kept.",
    ),
    "fetch_failed": (
        "De Kamervragen konden niet worden opgehaald. Wat al was opgehaald, blijft bewaard.",
        "The Kamervragen could not be fetched. What was fetched is kept.",
    ),
    "index_unreachable": (
        "De database met de Kamervragen antwoordt niet, dus er is niet gezocht. Probeer het zo nog eens.",
        "The database of Kamervragen does not answer, so nothing was searched. Try again in a moment.",
    ),
    "disk_refuses": (
        "Er kon niet worden gelezen of geschreven op deze machine. Kijk of er schijfruimte is.",
        "Reading or writing failed on this machine. See whether there is disk space.",
    ),
    "index_not_written": (
        "De nieuwe index kon niet worden geschreven; de huidige blijft in gebruik. Kijk of er schijfruimte is en of "
        "er niet al een ander aan bouwt.",
        "The new index could not be written; the present one stays in use. See whether there is disk space, and "
        "whether another build is under way.",
    ),
    "encoder_gone": (
        "Het model dat vragen leest kan niet worden geladen. Herstart Kamerwijzer.",
        "The model that reads questions cannot be loaded. Restart Kamerwijzer.",
    ),
    "broken": (
        "Er ging iets mis in het programma. Probeer het opnieuw; blijft het misgaan, herstart dan Kamerwijzer.",
        "Something went wrong in the program. Try again; if it keeps failing, restart Kamerwijzer.",
    ),
    # Why an answer is what it is
    "explain_answered": ("Waarom dit antwoord?", "Why this answer?"),
    "explain_refused": ("Waarom geen antwoord?", "Why no answer?"),
    "explain_list": ("Waarom deze lijst?", "Why this list?"),
    "explain_listed": (
        "De vraag is naar Kamervragen zelf, niet naar wat erin staat, of noemt geen onderwerp. Ze staan hierboven, op "
        "datum.",
        "The question is after Kamervragen themselves, not what they say, or names no subject. They stand above, by "
        "date.",
    ),
    "explain_chance": (
        "Geschatte kans dat de gevonden passages de vraag beantwoorden: {percent}. "
        "Vanaf {answer} volgt een antwoord, onder {nearest} wordt niets getoond.",
        "Estimated probability that the passages found answer the question: {percent}. "
        "From {answer} on it is answered, below {nearest} nothing is shown.",
    ),
    "explain_little": ("minder dan 1%", "less than 1%"),
    "explain_named": (
        "Die kans gaf hier niet de doorslag: de vraag noemt zelf de Kamervraag waar het om gaat.",
        "That did not decide here: the question itself names the Kamervraag it is about.",
    ),
    "explain_unheard": (
        "Die kans geldt voor de vragen samen: wat de laatste toevoegt, komt in de beste passage weinig terug.",
        "That holds for the questions together: what the last one adds is hardly found in the best passage.",
    ),
    "explain_no_sentence": (
        "Die kans gaf hier niet de doorslag, maar de reden die hierboven staat.",
        "That did not decide here, but the reason given above.",
    ),
    "explain_no_question": (
        "Die kans gaf hier niet de doorslag: dit lijkt geen vraag die in de Kamer wordt gesteld.",
        "That did not decide here: this does not look like a question that is put to Parliament.",
    ),
    "explain_understood": ("Wat is begrepen", "What was understood"),
    "explain_as_asked": (
        "De vraag is gelezen zoals zij is gesteld, zonder filters.",
        "The question was read as it was asked, without filters.",
    ),
    "explain_terms": (
        "Wat de kans groter (+) of kleiner (−) maakte",
        "What made the probability larger (+) or smaller (−)",
    ),
    "explain_start": ("waar elke vraag mee begint", "what every question starts with"),
    "explain_sentence": ("hoezeer de beste zin op de vraag lijkt", "how much the best sentence resembles the question"),
    "explain_late": (
        "hoe goed elk woord van de vraag in de beste passage zijn gelijke heeft",
        "how well each word of the question has its like in the best passage",
    ),
    "explain_dense_z": (
        "hoever de beste passage boven de andere uitsteekt",
        "how far the best passage stands out from the others",
    ),
    "explain_unknown": (
        "woorden van de vraag die nergens in de Kamervragen staan",
        "words of the question that occur nowhere in the Kamervragen",
    ),
    "explain_absent": (
        "woorden van de vraag die niet in de beste passages staan",
        "words of the question that are not in the best passages",
    ),
    "explain_numbers_missing": (
        "getallen uit de vraag die niet in de beste passages staan",
        "numbers in the question that are not in the best passages",
    ),
    "explain_foreign": (
        "woorden van de vraag waar de beste passage niet over gaat",
        "words of the question that the best passage is not about",
    ),
    "explain_brief": (
        "weinig woorden, die bij toeval hun gelijke vinden",
        "few words, which find their like by chance",
    ),
    "explain_off_topic": (
        "of de vraag over beleid gaat (+) of over iets anders (−)",
        "whether the question is about policy (+) or something else (−)",
    ),
    "explain_scores": ("Best gevonden passages", "Best passages found"),
    "explain_score": ("score {score}", "score {score}"),
    "explain_score_named": ("in de vraag genoemd", "named in the question"),
    "copy_answer": ("Kopieer met bronnen", "Copy with sources"),
    "status_answered": ("Antwoord gevonden, bronnen: {count}.", "Answer found, sources: {count}."),
    "status_listed": ("Kamervragen die eraan voldoen.", "Kamervragen that meet it."),
    "status_nearest": ("Geen antwoord gevonden.", "No answer found."),
    "status_declined": ("Niets gevonden.", "Nothing found."),
    "status_failed": ("Dat lukte niet.", "That did not work."),
    "open_source": ("Bron {number}: {citation}", "Source {number}: {citation}"),
    "share": ("Kopieer link", "Copy link"),
    "as_list": ("Zoek dit in de lijst", "Find this in the list"),
    "as_question": ("Stel dit als vraag", "Ask this as a question"),
    "ask_within": ("Stel hier een vraag over", "Ask about this one"),
    "ask_within_of": ("Stel een vraag over Kamervraag {document}", "Ask about Kamervraag {document}"),
    "filtered": ("Gefilterd", "Filtered"),
    "read": ("Gelezen in de vraag", "Read in the question"),
    "unread": ("Niet meegewogen", "Left out"),
    "read_again": ("Toch meewegen", "Read it after all"),
    "unread_turns": ("eerdere vragen", "earlier questions"),
    "moved_on": (
        "De index is vernieuwd sinds deze link werd gemaakt; het antwoord kan anders zijn.",
        "The index was renewed since this link was made; the answer may differ.",
    ),
    "keep": ("Bewaar dit gesprek", "Keep this conversation"),
    "keep_docx": ("Word", "Word"),
    "keep_markdown": ("Markdown", "Markdown"),
    "keep_bibtex": ("BibTeX", "BibTeX"),
    "keep_ris": ("RIS", "RIS"),
    "keep_csl": ("CSL-JSON", "CSL-JSON"),
    # Filters
    "filters": ("Filters", "Filters"),
    "all": ("Alle", "All"),
    "yes": ("Ja", "Yes"),
    "no": ("Nee", "No"),
    "document_form": ("zoals 2022Z04736", "such as 2022Z04736"),
    "day_form": ("2022 of 2022-06-02", "2022 or 2022-06-02"),
    "clear_filters": ("Alles wissen", "Clear all"),
    "period": ("{side}: {first} t/m {last}", "{side}: {first} to {last}"),
    "filter_sort": ("Volgorde", "Order"),
    "filter_document": ("Kamervraag", "Kamervraag"),
    "filter_number": ("Vraag", "Vraag"),
    "filter_answer_id": ("Publicatie", "Publication"),
    "sort_question": ("Zoals gevraagd", "As asked"),
    "drop": ("Verwijder filter {filter}", "Remove filter {filter}"),
    "filter_party": ("Partij", "Party"),
    "filter_asker": ("Gevraagd door", "Asked by"),
    "filter_role": ("Ministerie", "Ministry"),
    "filter_answerer": ("Beantwoord door", "Answered by"),
    "filter_topic": ("Onderwerp", "Topic"),
    "filter_answered": ("Beantwoord", "Answered"),
    "filter_asked_from": ("Gevraagd vanaf", "Asked from"),
    "filter_asked_to": ("Gevraagd tot en met", "Asked until"),
    "filter_answered_from": ("Beantwoord vanaf", "Answered from"),
    "filter_answered_to": ("Beantwoord tot en met", "Answered until"),
    # Sources
    "sources": ("Bronnen", "Sources"),
    "sources_nearest": ("Dichtstbijzijnde vragen", "Nearest questions"),
    "nearest_note": ("Deze vragen beantwoorden uw vraag niet.", "These do not answer your question."),
    "sources_empty": (
        "Hier verschijnen de Kamervragen waar een antwoord uit komt.",
        "The Kamervragen that an answer comes from appear here.",
    ),
    "vraag": ("Vraag {number}", "Vraag {number}"),
    "antwoord": ("Antwoord", "Answer"),
    "antwoord_with": ("Antwoord, samen met vraag {numbers}", "Answer, together with vraag {numbers}"),
    "mededeling": ("Mededeling", "Notice of delay"),
    "unanswered": ("Nog niet beantwoord.", "Not answered yet."),
    "asked_by": ("Gevraagd door", "Asked by"),
    "answered_by": ("Beantwoord door", "Answered by"),
    "asked": ("Gevraagd", "Asked"),
    "answered": ("Beantwoord", "Answered"),
    "footnotes": ("Voetnoten", "Footnotes"),
    "footnote_missing": ("(tekst staat niet in de bron)", "(text not in the source)"),
    "official": ("Officiële publicatie", "Official publication"),
    "official_question": ("Officiële publicatie van de vraag", "Official publication of the question"),
    "formal": ("Formeel", "Formal"),
    "copy_citation": ("Kopieer verwijzing", "Copy citation"),
    "copied": ("Gekopieerd", "Copied"),
    "read_all": ("Lees de hele Kamervraag", "Read the whole Kamervraag"),
    "back": ("Terug naar de bronnen", "Back to the sources"),
    "back_to_answer": ("Terug naar het antwoord", "Back to the answer"),
    "newer": ("Nieuwer standpunt:", "Newer position:"),
    "refers_to": ("Verwijst naar vraag", "Refers to vraag"),
    "referred_by": ("Hiernaar verwijst vraag", "Referred to by vraag"),
    "previous_vraag": ("Vorige vraag", "Previous vraag"),
    "next_vraag": ("Volgende vraag", "Next vraag"),
    "previous": ("Vorige", "Previous"),
    "next": ("Volgende", "Next"),
    "go_to": ("Ga naar vraag", "Go to vraag"),
    "cited_here": ("Geciteerd", "Quoted"),
    "new_window": ("opent in een nieuw venster", "opens in a new window"),
    "unknown_source": ("Deze bron staat niet meer in de index.", "This source is no longer in the index."),
    # Ages
    "age_today": ("vandaag", "today"),
    "age_days": ("{count} dagen geleden", "{count} days ago"),
    "age_day": ("gisteren", "yesterday"),
    "age_months": ("{count} maanden geleden", "{count} months ago"),
    "age_month": ("een maand geleden", "a month ago"),
    "age_years": ("{count} jaar geleden", "{count} years ago"),
    "age_year": ("een jaar geleden", "a year ago"),
    # Searching: a list
    "tab_search": ("Zoeken", "Search"),
    "find": ("Zoek", "Search"),
    "find_label": ("Zoekwoorden", "Search words"),
    "find_hint": ("Zoek in alle vragen en antwoorden", "Search all questions and answers"),
    "sort": ("Volgorde", "Order"),
    "sort_relevance": ("Relevantie", "Relevance"),
    "sort_newest": ("Nieuwste eerst", "Newest first"),
    "sort_oldest": ("Oudste eerst", "Oldest first"),
    "narrow": ("Verfijn", "Narrow down"),
    "narrow_to": ("Alleen {value}: {count} vragen", "Only {value}: {count} vragen"),
    "only_year": ("Alleen gevraagd in {year}", "Only asked in {year}"),
    "more_values": ("Nog {count}", "{count} more"),
    "facet_party": ("Partij", "Party"),
    "facet_ministry": ("Ministerie", "Ministry"),
    "facet_answerer": ("Beantwoord door", "Answered by"),
    "facet_asker": ("Gevraagd door", "Asked by"),
    "facet_topic": ("Onderwerp", "Topic"),
    "drop_all": ("Alle filters weg", "Remove all filters"),
    "results": ("Resultaten", "Results"),
    "found": ("{count} vragen", "{count} vragen"),
    "found_one": ("{count} vraag", "{count} vraag"),
    "found_capped": (
        "De {count} vragen die het dichtst bij uw zoekwoorden liggen",
        "The {count} vragen closest to your search words",
    ),
    "found_weak": (
        "Geen vraag gaat duidelijk hierover. Deze {count} komen het dichtst in de buurt.",
        "No vraag is clearly about this. These {count} come closest.",
    ),
    "read_as": ("Begrepen", "Understood"),
    "nothing_filtered": (
        "Met deze filters blijft geen enkele vraag over. Haal een filter weg.",
        "With these filters no vraag remains. Remove a filter.",
    ),
    "nothing_listed": ("Er is niets gevonden.", "Nothing was found."),
    "unknown_filter": (
        "Een van de filters noemt iets wat niet in deze index voorkomt. Haal dat filter weg of kies een ander.",
        "One of the filters names something that this index does not have. Remove it or choose another.",
    ),
    "bad_query": (
        "Deze zoekvraag kan niet worden gelezen. Gebruik minder woorden.",
        "This search cannot be read. Use fewer words.",
    ),
    "pages": ("Bladzijden", "Pages"),
    "page_of": ("{page} van {pages}", "{page} of {pages}"),
    "save_list": ("Bewaar deze lijst ({count}):", "Save this list ({count}):"),
    "close": ("Sluiten", "Close"),
    "reader": ("De hele Kamervraag", "The whole Kamervraag"),
    # Figures
    "figures": ("In beeld", "In figures"),
    "timeline": ("Wanneer gevraagd", "When asked"),
    "lanes_party": ("Partij", "Party"),
    "lanes_ministry": ("Ministerie", "Ministry"),
    "disc": ("{name}, {span}: {count} vragen", "{name}, {span}: {count} vragen"),
    "as_table": ("Als tabel", "As a table"),
    "times": ("Hoe lang het antwoord duurde", "How long the answer took"),
    "times_summary": (
        "De helft was beantwoord binnen {median} dagen. Na de termijn van drie weken kwam {late}%.",
        "Half were answered within {median} days. After the term of three weeks came {late}%.",
    ),
    "times_weeks": ("Weken", "Weeks"),
    "times_count": ("Kamervragen", "Kamervragen"),
    "times_axis": ("weken van vraag tot antwoord", "weeks from question to answer"),
    "weeks_more": ("> {count}", "> {count}"),
    # What is in the index
    "tab_corpus": ("Corpus", "Corpus"),
    "corpus_loading": ("Het corpus wordt bekeken", "Looking at the corpus"),
    "corpus_title": ("Wat er in deze index zit", "What is in this index"),
    "fact_documents": ("Kamervragen", "Kamervragen"),
    "fact_vragen": ("Vragen", "Vragen"),
    "fact_unanswered": ("Nog niet beantwoord", "Not answered yet"),
    "fact_span": ("Periode", "Period"),
    "fact_newest": ("Nieuwste", "Newest"),
    "fact_made": ("Index gemaakt", "Index made"),
    "fact_build": ("Bouwnummer", "Build"),
    "fact_encoder": ("Taalmodel (dimensies)", "Encoder (dimensions)"),
    "statistics": ("Cijfers", "Figures"),
    "group_years": ("Per jaar van vragen", "By year of asking"),
    "group_ministries": ("Per ministerie", "By ministry"),
    "group_parties": ("Per partij", "By party"),
    "column_years": ("Jaar", "Year"),
    "column_ministries": ("Ministerie", "Ministry"),
    "column_parties": ("Partij", "Party"),
    "column_documents": ("Kamervragen", "Kamervragen"),
    "column_vragen": ("Vragen", "Vragen"),
    "column_median": ("Dagen tot antwoord (mediaan)", "Days to the answer (median)"),
    "column_late": ("Na drie weken", "After three weeks"),
    "unknown_group": ("onbekend", "unknown"),
    "quality": ("Kwaliteit van de gegevens", "Data quality"),
    "quality_note": (
        "Plaatsen die het bekijken waard zijn. Een melding zegt niet dat er iets fout is.",
        "Places worth a look. A finding does not say that anything is wrong.",
    ),
    "quality_nothing": ("Er viel niets op.", "Nothing stood out."),
    "quality_more": ("en nog {count}", "and {count} more"),
    "check_unanswered_document": ("Kamervraag zonder enig antwoord", "Kamervraag without any answer"),
    "check_vraag_without_antwoord": ("Vraag zonder antwoord", "Vraag without antwoord"),
    "check_antwoord_without_vraag": ("Antwoord zonder vraag", "Antwoord without vraag"),
    "check_number_missing": ("Gat in de nummering", "Gap in the numbers"),
    "check_number_doubled": ("Nummer komt twee keer voor", "Number occurs twice"),
    "check_number_out_of_order": ("Nummer staat niet op volgorde", "Number out of order"),
    "check_short_text": ("Opvallend korte tekst", "Remarkably short text"),
    "check_long_text": ("Opvallend lange tekst", "Remarkably long text"),
    "check_unresolved_reference": (
        "Verwijzing naar een vraag die er niet is",
        "Reference to a vraag that is not there",
    ),
    "check_missing_title": ("Zonder titel", "No title"),
    "check_missing_asked": ("Zonder dag van vragen", "No day of asking"),
    "check_missing_answered": ("Zonder dag van antwoord", "No day of answering"),
    "check_missing_askers": ("Zonder vragensteller", "No asker"),
    "check_missing_party": ("Vragensteller zonder partij", "Asker without a party"),
    "check_missing_answerers": ("Zonder bewindspersoon", "No minister"),
    "check_missing_topics": ("Zonder onderwerp", "No topic"),
    "check_missing_url": ("Zonder link naar de publicatie", "No link to the publication"),
    "check_date_order": ("Datums in een vreemde volgorde", "Dates in a strange order"),
    "check_same_question": ("Dezelfde vraag in een andere Kamervraag", "Same question in another Kamervraag"),
    "check_same_antwoord": ("Hetzelfde antwoord in een andere Kamervraag", "Same antwoord in another Kamervraag"),
    "check_similar_title": ("Bijna dezelfde titel", "Almost the same title"),
    "check_page_furniture": ("Resten van kop- of voetregels", "Remains of page heads or feet"),
    "check_glued_words": ("Aan elkaar geplakte woorden", "Words glued together"),
    # Renewing the index
    "office_title": ("Beheer", "Administration"),
    "office_sample": ("Van voorbeeld naar echt", "From sample to real"),
    "office_nothing": (
        "De documenten van deze index zijn niet bekend; bouw hem opnieuw met: kamerwijzer build.",
        "The documents of this index are not known; build it again with: kamerwijzer build.",
    ),
    "password": ("Wachtwoord van de beheerder", "Administrator's password"),
    "password_wrong": ("Dit wachtwoord klopt niet.", "This is not the password."),
    "enter": ("Ga verder", "Continue"),
    "fetch": ("Haal echte Kamervragen op", "Fetch real Kamervragen"),
    "fetch_note": (
        "Kies over welke periode. De Kamervragen komen van de open gegevensdienst van de Tweede Kamer en worden op "
        "deze machine bewaard. Tot alles klaar is blijft de huidige index in gebruik.",
        "Choose a period. The Kamervragen come from the open data service of the Tweede Kamer and are kept on this "
        "machine. Until all is done, the present index stays in use.",
    ),
    "period_month": ("Laatste maand", "Last month"),
    "period_quarter": ("Laatste kwartaal", "Last quarter"),
    "period_year": ("Laatste jaar", "Last year"),
    "period_from": ("Vanaf", "From"),
    "period_to": ("Tot en met", "Until"),
    "expected": (
        "Naar schatting {count} Kamervragen; dat duurt ongeveer {time}.",
        "About {count} Kamervragen; this takes about {time}.",
    ),
    "minute": ("{count} minuut", "{count} minute"),
    "minutes": ("{count} minuten", "{count} minutes"),
    "hours": ("{count} uur", "{count} hours"),
    "update": ("Werk bij", "Bring up to date"),
    "rebuild": ("Bouw opnieuw", "Build again"),
    "rebuild_note": (
        "Bijwerken haalt op wat sinds de vorige keer nieuw is. Opnieuw bouwen leest de bewaarde documenten nog eens.",
        "Bringing up to date fetches what is new since the last time. Building again reads the kept documents again.",
    ),
    "stage_fetching": ("Ophalen", "Fetching"),
    "stage_parsing": ("Lezen", "Reading"),
    "stage_embedding": ("Doorzoekbaar maken", "Making searchable"),
    "stage_stopping": ("Wordt gestopt", "Stopping"),
    "stage_indexing": ("Index schrijven", "Writing the index"),
    "stage_switching": ("In gebruik nemen", "Putting into use"),
    "time_left": ("nog ongeveer {time}", "about {time} left"),
    "running_note": (
        "U kunt intussen verder zoeken in de huidige index, of deze bladzijde sluiten.",
        "Meanwhile you can go on searching the present index, or close this page.",
    ),
    "cancel": ("Stop", "Stop"),
    "job_cancelled": (
        "Gestopt. De index is niet veranderd; wat al was opgehaald, blijft bewaard.",
        "Stopped. The index has not changed; what was fetched is kept.",
    ),
    "job_done": (
        "Klaar: {documents} Kamervragen met {vragen} vragen zijn in gebruik. Nieuw waren {embedded} vragen.",
        "Done: {documents} Kamervragen with {vragen} vragen are in use. New were {embedded} vragen.",
    ),
    "left_out": ("{count} documenten lukten niet of niet helemaal", "{count} documents failed, or failed in part"),
    "left_out_one": ("Eén document lukte niet of niet helemaal", "One document failed, or failed in part"),
    "renewed_elsewhere": (
        "Een ander proces van deze server werkt deze index al bij. Wacht tot dat klaar is.",
        "Another process of this server is renewing this index. Wait until it is done.",
    ),
    "missed_not_fetched": (
        "kon niet worden opgehaald; bij de volgende keer bijwerken wordt het opnieuw geprobeerd.",
        "could not be fetched; bringing up to date tries it again.",
    ),
    "missed_not_read": (
        "kon niet worden gelezen en staat niet in de index.",
        "could not be read and is not in the index.",
    ),
    "missed_read_in_part": (
        "is niet helemaal opgenomen: het spreekt zichzelf ergens tegen, of er ontbreekt iets bij.",
        "is not taken in whole: it contradicts itself somewhere, or something that belongs to it is missing.",
    ),
    # Judging an answer
    "judge": ("Wat vindt u van dit antwoord?", "What do you think of this answer?"),
    "judge_good": ("Goed antwoord", "Good answer"),
    "judge_bad": ("Geen goed antwoord", "Not a good answer"),
    "judge_why": ("Wat is er mis?", "What is wrong?"),
    "reason_wrong": ("Het klopt niet", "It is wrong"),
    "reason_incomplete": ("Er ontbreekt iets", "Something is missing"),
    "reason_outdated": ("Het is verouderd", "It is out of date"),
    "reason_source": ("De bron past niet bij de vraag", "The source does not fit the question"),
    "reason_not_found": ("Het antwoord bestaat wel", "The answer does exist"),
    "reason_other": ("Iets anders", "Something else"),
    "judge_remark": ("Toelichting (hoeft niet)", "Remark (optional)"),
    "judge_privacy": (
        "Bewaard op deze server: de dag, uw vraag met filters, welke bronnen werden geciteerd, uw oordeel en uw "
        "toelichting. Geen naam, geen adres, en niets als u niet op Verstuur drukt.",
        "Kept on this server: the day, your question with its filters, which sources were quoted, your judgement and "
        "your remark. No name, no address, and nothing unless you press Send.",
    ),
    "judge_send": ("Verstuur", "Send"),
    "judge_never": ("Toch niet", "Never mind"),
    "judge_thanks": ("Bedankt, uw oordeel is bewaard.", "Thank you, your judgement is kept."),
    "judge_failed": ("Uw oordeel kon niet worden bewaard.", "Your judgement could not be kept."),
    "reload": ("Laad de bladzijde opnieuw", "Reload the page"),
}

SAMPLE_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "nl": (
        "Wat kost de dijkversterking langs de Veerne?",
        "Mag er vuurwerk worden afgestoken in natuurgebieden?",
        "Krijg ik mijn geld terug als de nachttrein uitvalt?",
        "Wat kost een zwemdiploma A?",
        "Mag een zorgrobot gesprekken opnemen?",
        "Hoeveel geld krijgt een schapenhouder voor een gedood schaap?",
    ),
    "en": (
        "What does the reinforcement of the Veerne dike cost?",
        "Are fireworks allowed in nature reserves?",
        "Do I get my money back when the night train is cancelled?",
        "What does a swimming diploma cost?",
        "How many households can the fusion power plant supply?",
        "How many night flights does Zuiderplas airport have?",
    ),
}
"""Example questions over the fictional sample."""


def text(key: str, language: str = "nl", **values: object) -> str:
    """Return a text of the table, with its places filled in.

    Raises:
        KeyError: The key is not in the table.
    """
    return TABLE[key][LANGUAGES.index(language)].format(**values)


def known_language(wanted: object) -> str:
    """Return the language wanted, or the default where it is none of ours."""
    return wanted if isinstance(wanted, str) and wanted in LANGUAGES else LANGUAGES[0]
