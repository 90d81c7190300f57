"""The words of the language, and those people write instead of them."""

from __future__ import annotations

FUNCTIONS = frozenset(
    {
        *("age", "anniversary", "avg", "consented", "count", "decile", "did", "distance", "distinct"),
        *("first", "first_time", "hour", "last", "last_time", "max", "member", "min", "mode", "month"),
        *("percentile", "quintile", "rank", "regularly", "sample", "score", "sequence", "sum"),
        *("weekday", "year"),
    }
)
"""Words that an opening bracket follows."""

KEYWORDS = FUNCTIONS | {
    *("and", "before", "between", "contains", "false", "has", "in", "is", "matches", "next", "not"),
    *("now", "or", "since", "this", "today", "true", "where", "yesterday"),
}
"""Words that mean something by themselves; a name spelled so goes in backticks."""

WORDS = KEYWORDS | {
    *("all", "among", "any", "at", "ends", "every", "known", "least", "of", "starts", "unknown"),
    *("with", "within", "minute", "minutes", "hours", "day", "days", "week", "weeks", "months"),
    *("quarter", "quarters", "years"),
}
"""All the words of the grammar."""

UNITS = {
    **dict.fromkeys(("jour", "jours", "j", "d"), "days"),
    **dict.fromkeys(("semaine", "semaines", "w"), "weeks"),
    **dict.fromkeys(("mois", "m"), "months"),
    **dict.fromkeys(("trimestre", "trimestres", "q"), "quarters"),
    **dict.fromkeys(("an", "ans", "année", "années", "annee", "annees", "y"), "years"),
    **dict.fromkeys(("heure", "heures", "h", "hr", "hrs"), "hours"),
    **dict.fromkeys(("min", "mn", "mins"), "minutes"),
}

SYNONYMS = {
    **dict.fromkeys(("et",), "and"),
    **dict.fromkeys(("ou",), "or"),
    **dict.fromkeys(("non", "pas", "sauf"), "not"),
    **dict.fromkeys(("entre",), "between"),
    **dict.fromkeys(("dans", "parmi"), "in"),
    **dict.fromkeys(("contient", "like", "ilike"), "contains"),
    **dict.fromkeys(("commence", "begins", "startswith"), "starts with"),
    **dict.fromkeys(("finit", "termine", "endswith"), "ends with"),
    **dict.fromkeys(("vrai", "oui", "yes"), "true"),
    **dict.fromkeys(("faux", "no"), "false"),
    **dict.fromkeys(("depuis", "after"), "since"),
    **dict.fromkeys(("avant",), "before"),
    **dict.fromkeys(("hier",), "yesterday"),
    **dict.fromkeys(("maintenant",), "now"),
    **dict.fromkeys(("est",), "is"),
    **dict.fromkeys(("connu", "connue", "exists"), "known"),
    **dict.fromkeys(("inconnu", "inconnue", "null", "none", "empty", "vide"), "unknown"),
    **dict.fromkeys(("equals", "equal", "égal", "vaut"), "="),
    **dict.fromkeys(("avec", "si", "when"), "where"),
}
"""Words of other languages, and the word of this one to write instead."""

FUNCTION_SYNONYMS = {
    **dict.fromkeys(("somme", "total"), "sum"),
    **dict.fromkeys(("moyenne", "average", "mean"), "avg"),
    **dict.fromkeys(("compte", "nombre", "nb", "number"), "count"),
    **dict.fromkeys(("maximum",), "max"),
    **dict.fromkeys(("minimum",), "min"),
    **dict.fromkeys(("premier", "première", "premiere"), "first"),
    **dict.fromkeys(("dernier", "dernière", "derniere", "latest"), "last"),
    **dict.fromkeys(("âge",), "age"),
    **dict.fromkeys(("anniversaire", "birthday"), "anniversary"),
    **dict.fromkeys(("segment", "membre", "in_segment"), "member"),
    **dict.fromkeys(("consentement", "consent", "optin"), "consented"),
    **dict.fromkeys(("fait", "a_fait", "done", "exists", "any"), "did"),
}
