"""The catalogue of the sample shop: its traits, collections and scores with the words people use."""

from __future__ import annotations

from vitrail.app.shop import mailing, orders, products
from vitrail.app.shop.communes import REGIONS
from vitrail.app.shop.words import (
    ACQUISITION,
    CATEGORIES,
    CONTRACTS,
    COUNTRIES,
    DEVICES,
    EURO,
    SALES_CHANNELS,
    STAGES,
    STATUSES,
    STORES,
    collection,
    field,
    label,
    personal,
    plain,
    worded,
)
from vitrail.model.catalogue import Catalogue, Label, Named

TRAITS = (
    personal(field("first_name", "text", label("prénom", "first name", "m"))),
    personal(
        field("last_name", "text", label("nom de famille", "last name", "m", plural=("noms de famille", "")))
    ),
    personal(
        field(
            "email",
            "text",
            label("adresse e-mail", "e-mail address", "f", plural=("adresses e-mail", "e-mail addresses")),
        )
    ),
    personal(field("phone", "text", label("téléphone", "phone number", "m"))),
    personal(
        field(
            "birth_date",
            "date",
            label("date de naissance", "date of birth", "f", plural=("dates de naissance", "dates of birth")),
        ),
        "marketing",
    ),
    personal(
        field(
            "gender",
            "text",
            label("genre", "gender", "m"),
            choices=worded(("f", "femme", "woman"), ("m", "homme", "man")),
        )
    ),
    field(
        "language",
        "text",
        label("langue", "language", "f"),
        choices=worded(
            ("fr", "français", "French"), ("nl", "néerlandais", "Dutch"), ("de", "allemand", "German")
        ),
    ),
    field("postcode", "text", label("code postal", "postcode", "m", plural=("codes postaux", ""))),
    field("city", "text", label("commune", "town", "f")),
    field("department", "text", label("département", "department", "m")),
    field("region", "text", label("région", "region", "f"), choices=plain(tuple(REGIONS))),
    field("country", "text", label("pays", "country", "m", plural=("pays", "countries")), choices=COUNTRIES),
    field("latitude", "float", label("latitude", "latitude", "f"), unit="°"),
    field("longitude", "float", label("longitude", "longitude", "f"), unit="°"),
    field(
        "created_at",
        "instant",
        label("création du compte", "account creation", "f", plural=("créations de compte", "")),
    ),
    field(
        "acquisition_channel",
        "text",
        label("canal d'acquisition", "acquisition channel", "m", plural=("canaux d'acquisition", "")),
        choices=ACQUISITION,
    ),
    field(
        "newsletter",
        "boolean",
        label(
            "inscription à la newsletter",
            "newsletter subscription",
            "f",
            plural=("inscriptions à la newsletter", ""),
        ),
    ),
    field(
        "interests",
        "texts",
        label("centre d'intérêt", "interest", "m", plural=("centres d'intérêt", "")),
        choices=CATEGORIES,
    ),
    field(
        "loyalty_card",
        "boolean",
        label("carte de fidélité", "loyalty card", "f", plural=("cartes de fidélité", "")),
    ),
    field("store_credit", "decimal", label("avoir", "store credit", "m"), unit=EURO),
    field("company", "text", label("entreprise", "company", "f", plural=("", "companies"))),
    field(
        "household_size",
        "integer",
        label("taille du foyer", "household size", "f", plural=("tailles de foyer", "")),
    ),
    field(
        "preferred_store",
        "text",
        label("magasin préféré", "favourite store", "m", plural=("magasins préférés", "")),
        choices=STORES,
    ),
    field(
        "nps",
        "integer",
        label(
            "dernière note de recommandation",
            "latest recommendation score",
            "f",
            plural=("dernières notes de recommandation", ""),
        ),
    ),
)

AMOUNT = field("amount", "decimal", label("montant", "amount", "m"), unit=EURO)
CATEGORY = field(
    "category", "text", label("catégorie", "category", "f", plural=("", "categories")), choices=CATEGORIES
)
PRODUCT = field("product", "text", label("produit", "product", "m"), choices=plain(products.PRODUCTS))
STORE = field("store", "text", label("magasin", "store", "m"), choices=STORES)
CAMPAIGN = field("campaign", "text", label("campagne", "campaign", "f"))
SUBJECT = field("subject", "text", label("objet", "subject", "m"))


COLLECTIONS = (
    collection(
        "order",
        "event",
        label("commande", "order", "f"),
        AMOUNT,
        field("discount", "decimal", label("remise", "discount", "f"), unit=EURO),
        field(
            "items",
            "integer",
            label(
                "nombre d'articles", "number of items", "m", plural=("nombres d'articles", "numbers of items")
            ),
        ),
        CATEGORY,
        PRODUCT,
        field(
            "channel", "text", label("canal", "channel", "m", plural=("canaux", "")), choices=SALES_CHANNELS
        ),
        STORE,
        field(
            "payment",
            "text",
            label("moyen de paiement", "payment method", "m", plural=("moyens de paiement", "")),
            choices=plain(orders.PAYMENTS),
        ),
        field(
            "coupon",
            "text",
            label("code promotionnel", "coupon", "m", plural=("codes promotionnels", "")),
            choices=plain(products.COUPONS),
        ),
        field("status", "text", label("état", "status", "m", plural=("", "statuses")), choices=STATUSES),
    ),
    collection(
        "page_view",
        "event",
        label("page vue", "page view", "f", plural=("pages vues", "")),
        field("path", "text", label("adresse", "path", "f")),
        CATEGORY,
        field("device", "text", label("appareil", "device", "m"), choices=DEVICES),
        field("referrer", "text", label("provenance", "referrer", "f"), choices=plain(products.REFERRERS)),
        field(
            "utm_source",
            "text",
            label("source de campagne", "campaign source", "f", plural=("sources de campagne", "")),
        ),
        field(
            "seconds_on_page",
            "integer",
            label("durée de lecture", "time on page", "f", plural=("durées de lecture", "times on page")),
            unit="s",
        ),
    ),
    collection(
        "search",
        "event",
        label("recherche", "search", "f", plural=("", "searches")),
        field("query", "text", label("mot cherché", "query", "m", plural=("mots cherchés", "queries"))),
    ),
    collection(
        "add_to_cart",
        "event",
        label(
            "ajout au panier",
            "addition to the cart",
            "m",
            plural=("ajouts au panier", "additions to the cart"),
        ),
        PRODUCT,
        CATEGORY,
        field("price", "decimal", label("prix", "price", "m", plural=("prix", "")), unit=EURO),
        field("quantity", "integer", label("quantité", "quantity", "f", plural=("", "quantities"))),
    ),
    collection(
        "store_visit",
        "event",
        label("visite en magasin", "store visit", "f", plural=("visites en magasin", "")),
        STORE,
    ),
    collection(
        "email_sent",
        "event",
        label("e-mail envoyé", "e-mail sent", "m", plural=("e-mails envoyés", "e-mails sent")),
        CAMPAIGN,
        SUBJECT,
    ),
    collection(
        "email_open",
        "event",
        label("ouverture d'e-mail", "e-mail opening", "f", plural=("ouvertures d'e-mail", "")),
        CAMPAIGN,
        SUBJECT,
    ),
    collection(
        "email_click",
        "event",
        label("clic dans un e-mail", "e-mail click", "m", plural=("clics dans un e-mail", "")),
        CAMPAIGN,
        SUBJECT,
    ),
    collection(
        "experiment_assignment",
        "event",
        label("affectation à un test", "experiment assignment", "f", plural=("affectations à un test", "")),
        field("experiment", "text", label("test", "experiment", "m")),
        field(
            "variant",
            "text",
            label("variante", "variant", "f"),
            choices=worded(("témoin", "groupe témoin", "control"), ("traité", "traité", "treated")),
        ),
    ),
    collection(
        "survey_answer",
        "event",
        label("réponse à une enquête", "survey answer", "f", plural=("réponses à une enquête", "")),
        field("survey", "text", label("enquête", "survey", "f")),
        field("question", "text", label("question", "question", "f")),
        field("score", "integer", label("note", "score", "f")),
        field("answer", "text", label("commentaire", "comment", "m")),
    ),
    collection(
        "support_ticket",
        "event",
        label("demande d'assistance", "support ticket", "f", plural=("demandes d'assistance", "")),
        field("topic", "text", label("sujet", "topic", "m"), choices=plain(products.TICKET_TOPICS)),
        field("satisfied", "boolean", label("satisfaction", "satisfaction", "f")),
    ),
    collection(
        "consent",
        "event",
        label("choix de consentement", "consent choice", "m", plural=("choix de consentement", "")),
        field("purpose", "text", label("finalité", "purpose", "f")),
        field("channel", "text", label("canal", "channel", "m", plural=("canaux", ""))),
        field("granted", "boolean", label("accord", "agreement", "m")),
        field(
            "wording",
            "text",
            label("version du texte", "wording version", "f", plural=("versions du texte", "")),
            choices=plain(mailing.WORDINGS),
        ),
    ),
    collection(
        "deal",
        "record",
        label("affaire", "deal", "f"),
        field("stage", "text", label("étape", "stage", "f"), choices=STAGES),
        AMOUNT,
        field("owner", "text", label("responsable", "owner", "m"), choices=plain(products.OWNERS)),
        field(
            "opened_on",
            "date",
            label("date d'ouverture", "opening date", "f", plural=("dates d'ouverture", "")),
        ),
        field(
            "expected_close_on",
            "date",
            label(
                "date de signature prévue",
                "expected closing date",
                "f",
                plural=("dates de signature prévues", ""),
            ),
        ),
    ),
    collection(
        "subscription",
        "record",
        label("abonnement", "subscription", "m"),
        field(
            "plan", "text", label("formule", "plan", "f"), choices=plain([name for name, _ in products.PLANS])
        ),
        field("status", "text", label("état", "status", "m", plural=("", "statuses")), choices=CONTRACTS),
        field(
            "monthly_price",
            "decimal",
            label("prix mensuel", "monthly price", "m", plural=("prix mensuels", "")),
            unit=EURO,
        ),
        field("started_on", "date", label("date de début", "start date", "f", plural=("dates de début", ""))),
        field(
            "renewal_date",
            "date",
            label("date de renouvellement", "renewal date", "f", plural=("dates de renouvellement", "")),
        ),
    ),
)

CATALOGUE = Catalogue(
    traits={one.name: one for one in TRAITS},
    collections={one.name: one for one in COLLECTIONS},
    scores={
        "lead": Named(
            "lead", label("score de prospect", "lead score", "m", plural=("scores de prospect", ""))
        )
    },
    purposes={
        "marketing": Named("marketing", Label("prospection", "marketing", gender="f")),
        "analytics": Named("analytics", Label("mesure d'audience", "analytics", gender="f")),
    },
    channels={
        "email": Named("email", Label("e-mail", "e-mail", gender="m")),
        "sms": Named("sms", Label("SMS", "SMS", gender="m")),
        "web": Named("web", Label("site", "website", gender="m")),
    },
    created="created_at",
)
"""All that conditions may name in the sample shop."""

KEYS = {
    "order": "order_id",
    "page_view": "view_id",
    "search": "search_id",
    "add_to_cart": "cart_line_id",
    "store_visit": "visit_id",
    "email_sent": "email_id",
    "email_open": "open_id",
    "email_click": "click_id",
    "experiment_assignment": "assignment_id",
    "survey_answer": "answer_id",
    "support_ticket": "ticket_id",
    "consent": "consent_id",
    "deal": "deal_id",
    "subscription": "subscription_id",
}
"""The column that identifies each event or record; `customer_id` and `at` are the same everywhere."""
