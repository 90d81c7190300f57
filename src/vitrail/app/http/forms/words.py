"""The words around the questions of a form, in both languages."""

from __future__ import annotations

WORDS: dict[str, dict[str, str | dict[str, str]]] = {
    "fr": {
        "send": "Envoyer mes réponses",
        "required": "réponse nécessaire",
        "wrong": "Rien n’a encore été enregistré : corrigez ce qui suit.",
        "wrong_title": "À corriger",
        "thanks": "Merci, vos réponses sont enregistrées. Le même lien permet de les changer.",
        "sorry": "Ce lien ne s’ouvre pas",
        "other_language": "English",
        "yes": "Oui",
        "no": "Non",
        "least": {"nps": "Pas du tout probable", "rating": "Pas du tout satisfait"},
        "most": {"nps": "Tout à fait probable", "rating": "Très satisfait"},
    },
    "en": {
        "send": "Send my answers",
        "required": "needs an answer",
        "wrong": "Nothing has been kept yet: please correct what follows.",
        "wrong_title": "To correct",
        "thanks": "Thank you, your answers are kept. The same link lets you change them.",
        "sorry": "This link does not open",
        "other_language": "Français",
        "yes": "Yes",
        "no": "No",
        "least": {"nps": "Not at all likely", "rating": "Not at all satisfied"},
        "most": {"nps": "Extremely likely", "rating": "Very satisfied"},
    },
}
