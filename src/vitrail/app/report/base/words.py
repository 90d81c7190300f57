"""The words of the base report, in French and English."""

from __future__ import annotations

from vitrail.model import typography

WORDS: dict[str, tuple[str, str]] = {
    "kicker": ("Vitrail · connaître sa base", "Vitrail · know your base"),
    "made": ("Situation au {when}", "As of {when}"),
    "other": ("English version", "Version française"),
    "contents": ("Dans ce rapport", "In this report"),
    "footer": (
        "Rapport établi par Vitrail. Aucun serveur n’est interrogé : une adresse bien formée peut ne "
        "plus exister.",
        "Report made by Vitrail. No server was asked: an address may be well formed and not exist any more.",
    ),
    "profiles": ("Clients connus", "Known customers"),
    "sources": ("Sources", "Sources"),
    "sources_note": ("{loads} chargements", "{loads} loads"),
    "rows": ("Événements et fiches", "Events and records"),
    "latest": ("Dernier chargement", "Latest load"),
    "health": ("Ce qui ne va pas", "What is wrong"),
    "healthy": (
        "Rien d’anormal dans l’arrivée des données, d’après ce qui est déclaré et ce qui est habituel.",
        "Nothing is wrong with the arrival of data, by what is declared and by what is usual.",
    ),
    "origins": ("D’où viennent les données", "Where the data come from"),
    "origins_lead": (
        "Une ligne par source et par sorte de données. Les lignes refusées sont gardées à part, avec "
        "leur motif.",
        "One line per source and sort of data. Refused rows are kept apart, with the reason.",
    ),
    "source": ("Source", "Source"),
    "what": ("Données", "Data"),
    "loads": ("Chargements", "Loads"),
    "accepted": ("Lignes acceptées", "Rows accepted"),
    "rejected": ("Refusées", "Refused"),
    "first_load": ("Premier", "First"),
    "last_load": ("Dernier", "Last"),
    "fullness": ("Attributs : complets, frais, et de qui", "Traits: how full, how fresh, from whom"),
    "fullness_lead": (
        "Part des clients dont chaque attribut est connu. L’âge est celui du relevé le plus récent et du "
        "relevé "
        "médian. Les dernières colonnes comptent les clients dont chaque source a renseigné l’attribut.",
        "The share of customers of whom each trait is known. Ages are those of the latest and of the median "
        "observation. The last columns count the customers each source told the trait of.",
    ),
    "trait": ("Attribut", "Trait"),
    "filled": ("Rempli", "Filled"),
    "distinct": ("Valeurs distinctes", "Distinct values"),
    "age_latest": ("Dernier relevé", "Latest"),
    "age_median": ("Relevé médian", "Median"),
    "days_old": ("{days} j", "{days} d"),
    "unknown_source": ("source inconnue", "unknown source"),
    "arrivals": ("Ce qui arrive", "What arrives"),
    "arrivals_lead": (
        "Événements et fiches, et pour les événements les dix dernières semaines, jour par jour. Les "
        "événements "
        "datés d’avant 2000 ou du futur sont comptés à part : ils faussent toute fenêtre de temps.",
        "Events and records and, for events, the last ten weeks day by day. Events dated before 2000 or "
        "in the "
        "future are counted apart: they distort every window of time.",
    ),
    "collection": ("Collection", "Collection"),
    "number": ("Nombre", "Number"),
    "first": ("Premier", "First"),
    "last": ("Dernier", "Last"),
    "before_2000": ("Avant 2000", "Before 2000"),
    "future": ("Dans le futur", "In the future"),
    "contacts": ("Adresses et numéros", "Addresses and numbers"),
    "contacts_lead": (
        "La forme seule est jugée. Une adresse de fonction (contact@, compta@…) ou jetable est bien "
        "formée, et "
        "comptée à part ; une adresse fictive (noreply@, example.com…) n’est à personne. Partagée : la "
        "même, une "
        "fois mise en forme, chez plusieurs clients, qui sont peut-être des doublons.",
        "Only the form is judged. The address of a function (contact@, sales@…) or a disposable one is "
        "well formed "
        "and counted apart; a made-up one (noreply@, example.com…) is nobody’s. Shared: the same, once "
        "put in one "
        "form, for several customers, who may be duplicates.",
    ),
    "known": ("Connus", "Known"),
    "valid": ("Bien formés", "Well formed"),
    "malformed": ("Mal formés ou non attribués", "Malformed or not assigned"),
    "made_up": ("Fictifs", "Made up"),
    "role": ("Dont de fonction", "Of a function"),
    "disposable": ("Dont jetables", "Disposable"),
    "shared": ("Partagés", "Shared"),
    "sharing": ("Clients concernés", "Customers concerned"),
    "metropolitan": ("Métropole", "Metropolitan France"),
    "overseas": ("Outre-mer", "Overseas France"),
    "foreign": ("Étranger", "Abroad"),
    "emails": ("Adresses e-mail", "E-mail addresses"),
    "phones": ("Téléphones", "Telephone numbers"),
    "postcodes": ("Codes postaux", "Postcodes"),
    "postcode_valid": ("Existent", "Exist"),
    "postcode_malformed": ("Mal formés", "Malformed"),
    "postcode_unknown": ("N’existent pas", "Do not exist"),
    "abroad": ("Autre pays, non jugés", "Another country, not judged"),
    "reference": ("Référence", "Reference"),
    "departments_only": ("départements seuls", "departments alone"),
    "no_contacts": (
        "Aucun attribut n’est une adresse e-mail, un téléphone ou un code postal, par sa déclaration ou "
        "son nom.",
        "No trait is an e-mail address, a telephone number or a postcode, by its declaration or its name.",
    ),
    "dates": ("Dates douteuses", "Doubtful dates"),
    "dates_lead": (
        "Une date future convient à une échéance, pas à une naissance. Rien n’est corrigé.",
        "A date in the future is right for a deadline, not for a birth. Nothing is mended.",
    ),
    "field": ("Champ", "Field"),
    "before_1900": ("Avant 1900", "Before 1900"),
    "amounts": ("Nombres hors norme", "Numbers out of the ordinary"),
    "amounts_lead": (
        "Très loin : au-delà de Q3 · (Q3 / Q1)³, la borne extérieure de Tukey prise sur les logarithmes, "
        "car les "
        "montants s’étalent par facteurs. Sans borne quand un quart des valeurs est nul ou négatif.",
        "Far out: beyond Q3 · (Q3 / Q1)³, Tukey’s outer fence taken on logarithms, for amounts spread by "
        "factors. "
        "No fence where a quarter of the values are zero or less.",
    ),
    "negative": ("Négatifs", "Negative"),
    "zero": ("Nuls", "Zero"),
    "beyond": ("Très loin", "Far out"),
    "fence": ("Borne", "Fence"),
    "high": ("Maximum", "Greatest"),
    "consents": ("Consentement", "Consent"),
    "consents_lead": (
        "Ce que disent les attributs et les événements dont le nom parle de consentement.",
        "What is said by the traits and events whose names speak of consent.",
    ),
    "consent_events": ("Événements de consentement présents : {names}.", "Consent events present: {names}."),
    "register": ("Registre des consentements", "Register of consents"),
    "purpose": ("Finalité", "Purpose"),
    "channel": ("Canal", "Channel"),
    "all_channels": ("tous", "all"),
    "granted": ("Accordé", "Granted"),
    "refused": ("Refusé", "Refused"),
    "withdrawn": ("Retiré", "Withdrawn"),
    "of_consents": ("consentements", "consents"),
    "consent_unknown": (
        "Ce que ce rapport ne sait pas : ce que vaut un « oui » lu dans un attribut ou un événement, pour "
        "quelle finalité et avec quelle preuve. Il n’autorise aucun envoi ; seul le registre des "
        "consentements en décide.",
        "What this report does not know: what a “yes” read in a trait or an event is worth, for which "
        "purpose and with what proof. It allows no message; the register of consents alone decides.",
    ),
    "no_consents": (
        "Aucun attribut ni événement ne parle de consentement.",
        "No trait and no event speaks of consent.",
    ),
    "yes": ("Oui", "Yes"),
    "no": ("Non", "No"),
    "unknown": ("Inconnu", "Unknown"),
    "numbers": ("Voir les chiffres", "See the numbers"),
    "of_profiles": ("clients", "customers"),
    "of_events": ("événements", "events"),
    "of_records": ("fiches", "records"),
    "of_scores": ("scores", "scores"),
    "bar_title": ("{name} : {share}, {known} clients", "{name}: {share}, {known} customers"),
    "day_title": ("{day} : {rows}", "{day}: {rows}"),
    "none": ("aucune", "none"),
}


def say(language: str, word: str, **details: str) -> str:
    """A sentence of the report in one language, with its details in place."""
    french, english = WORDS[word]
    if language == "fr":
        return typography.french(french.format(**details))
    return english.format(**details)
