"""A shop with labels, genders and choices, as sentences need them."""

from vitrail.model.catalogue import Catalogue, Choice, Collection, Field, Label, Named


def label(fr: str, en: str, gender: str | None = None, *, many: tuple[str, str] = ("", "")) -> Label:
    return Label(fr, en, *many, gender)


def field(name: str, kind: str, words: Label | None, *, unit: str = "", choices: dict | None = None) -> Field:
    listed = tuple(Choice(value, label(*names)) for value, names in (choices or {}).items())
    return Field(name, kind, name, words, choices=listed, unit=unit)


TRAITS = [
    field(
        "country",
        "text",
        label("pays", "country", "m"),
        choices={"FR": ("France", "France"), "BE": ("Belgique", "Belgium"), "CH": ("Suisse", "Switzerland")},
    ),
    field("city", "text", label("ville", "city", "f")),
    field("email", "text", label("adresse e-mail", "email address", "f")),
    field("birth_date", "date", label("date de naissance", "birth date", "f")),
    field("signup_date", "date", label("date d'inscription", "signup date", "f")),
    field("renewal_date", "date", label("date de renouvellement", "renewal date", "f")),
    field("last_login", "instant", label("dernière connexion", "last login", "f")),
    field("children", "integer", label("nombre d’enfants", "number of children", "m")),
    field("basket", "decimal", label("panier moyen", "average basket", "m"), unit="EUR"),
    field("ceiling", "decimal", label("plafond", "ceiling", "m"), unit="EUR"),
    field("newsletter", "boolean", label("abonnement à la lettre", "newsletter subscription", "m")),
    field(
        "interests",
        "texts",
        label("centre d'intérêt", "interest", "m", many=("centres d'intérêt", "interests")),
        choices={"trail": ("trail", "trail running"), "velo": ("vélo", "cycling")},
    ),
    field("latitude", "float", label("latitude", "latitude", "f")),
    field("longitude", "float", label("longitude", "longitude", "f")),
    field("loyalty_points", "integer", None),
]

ORDER = [
    field("amount", "decimal", label("montant", "amount", "m"), unit="EUR"),
    field("quantity", "integer", label("quantité", "quantity", "f")),
    field(
        "category",
        "text",
        label("catégorie", "category", "f"),
        choices={"wine": ("vin", "wine"), "tea": ("thé", "tea")},
    ),
    field("delivered_on", "date", label("date de livraison", "delivery date", "f")),
    field("gift", "boolean", label("emballage cadeau", "gift wrapping", "m")),
]

CATALOGUE = Catalogue(
    traits={each.name: each for each in TRAITS},
    collections={
        "order": Collection(
            "order",
            "event",
            "order",
            label("commande", "order", "f", many=("commandes", "orders")),
            {each.name: each for each in ORDER},
        ),
        "page_view": Collection(
            "page_view",
            "event",
            "page_view",
            label("page vue", "page view", "f"),
            {"path": field("path", "text", label("chemin", "path", "m"))},
        ),
        "add_to_cart": Collection(
            "add_to_cart", "event", "add_to_cart", label("ajout au panier", "addition to the cart", "m")
        ),
        "deal": Collection(
            "deal",
            "record",
            "deal",
            label("affaire", "deal", "f"),
            {"stage": field("stage", "text", label("étape", "stage", "f"))},
        ),
        "raw_event": Collection("raw_event", "event", "raw_event"),
    },
    scores={"lead": Named("lead", label("score de prospect", "lead score", "m")), "churn": Named("churn")},
    purposes={"marketing": Named("marketing", label("prospection", "marketing", "f"))},
    channels={"email": Named("email", label("e-mail", "email", "m"))},
    segment_labels={"vip": label("Clients VIP", "VIP customers")},
)
