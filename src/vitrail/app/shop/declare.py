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
    events,
    feminine,
    field,
    masculine,
    personal,
    plain,
    records,
    worded,
)
from vitrail.model.catalogue import Catalogue, Label, Named

TRAITS = (
    personal(field("first_name", masculine("prénom", "first name"))),
    personal(field("last_name", masculine("nom de famille", "last name", plural=("noms de famille", "")))),
    personal(
        field(
            "email",
            feminine("adresse e-mail", "e-mail address", plural=("adresses e-mail", "e-mail addresses")),
        )
    ),
    personal(field("phone", masculine("téléphone", "phone number"))),
    personal(
        field(
            "birth_date",
            feminine("date de naissance", "date of birth", plural=("dates de naissance", "dates of birth")),
            kind="date",
        ),
        "marketing",
    ),
    personal(
        field(
            "gender",
            masculine("genre", "gender"),
            choices=worded(("f", "femme", "woman"), ("m", "homme", "man")),
        )
    ),
    field(
        "language",
        feminine("langue", "language"),
        choices=worded(
            ("fr", "français", "French"), ("nl", "néerlandais", "Dutch"), ("de", "allemand", "German")
        ),
    ),
    field("postcode", masculine("code postal", "postcode", plural=("codes postaux", ""))),
    field("city", feminine("commune", "town")),
    field("department", masculine("département", "department")),
    field("region", feminine("région", "region"), choices=plain(tuple(REGIONS))),
    field("country", masculine("pays", "country", plural=("pays", "countries")), choices=COUNTRIES),
    field("latitude", feminine("latitude", "latitude"), unit="°", kind="float"),
    field("longitude", feminine("longitude", "longitude"), unit="°", kind="float"),
    field(
        "created_at",
        feminine("création du compte", "account creation", plural=("créations de compte", "")),
        kind="instant",
    ),
    field(
        "acquisition_channel",
        masculine("canal d’acquisition", "acquisition channel", plural=("canaux d’acquisition", "")),
        choices=ACQUISITION,
    ),
    field(
        "newsletter",
        feminine(
            "inscription à la newsletter",
            "newsletter subscription",
            plural=("inscriptions à la newsletter", ""),
        ),
        kind="boolean",
    ),
    field(
        "interests",
        masculine("centre d’intérêt", "interest", plural=("centres d’intérêt", "")),
        choices=CATEGORIES,
        kind="texts",
    ),
    field(
        "loyalty_card",
        feminine("carte de fidélité", "loyalty card", plural=("cartes de fidélité", "")),
        kind="boolean",
    ),
    field("store_credit", masculine("avoir", "store credit"), unit=EURO, kind="decimal"),
    field("company", feminine("entreprise", "company", plural=("", "companies"))),
    field(
        "household_size",
        feminine("taille du foyer", "household size", plural=("tailles de foyer", "")),
        kind="integer",
    ),
    field(
        "preferred_store",
        masculine("magasin préféré", "favourite store", plural=("magasins préférés", "")),
        choices=STORES,
    ),
    field(
        "nps",
        feminine(
            "dernière note de recommandation",
            "latest recommendation score",
            plural=("dernières notes de recommandation", ""),
        ),
        kind="integer",
    ),
)

AMOUNT = field("amount", masculine("montant", "amount"), unit=EURO, kind="decimal")
CATEGORY = field("category", feminine("catégorie", "category", plural=("", "categories")), choices=CATEGORIES)
PRODUCT = field("product", masculine("produit", "product"), choices=plain(products.PRODUCTS))
STORE = field("store", masculine("magasin", "store"), choices=STORES)
CAMPAIGN = field("campaign", feminine("campagne", "campaign"))
SUBJECT = field("subject", masculine("objet", "subject"))


COLLECTIONS = (
    events(
        "order",
        feminine("commande", "order"),
        AMOUNT,
        field("discount", feminine("remise", "discount"), unit=EURO, kind="decimal"),
        field(
            "items",
            masculine(
                "nombre d’articles", "number of items", plural=("nombres d’articles", "numbers of items")
            ),
            kind="integer",
        ),
        CATEGORY,
        PRODUCT,
        field("channel", masculine("canal", "channel", plural=("canaux", "")), choices=SALES_CHANNELS),
        STORE,
        field(
            "payment",
            masculine("moyen de paiement", "payment method", plural=("moyens de paiement", "")),
            choices=plain(orders.PAYMENTS),
        ),
        field(
            "coupon",
            masculine("code promotionnel", "coupon", plural=("codes promotionnels", "")),
            choices=plain(products.COUPONS),
        ),
        field("status", masculine("état", "status", plural=("", "statuses")), choices=STATUSES),
    ),
    events(
        "page_view",
        feminine("page vue", "page view", plural=("pages vues", "")),
        field("path", feminine("adresse", "path")),
        CATEGORY,
        field("device", masculine("appareil", "device"), choices=DEVICES),
        field("referrer", feminine("provenance", "referrer"), choices=plain(products.REFERRERS)),
        field(
            "utm_source",
            feminine("source de campagne", "campaign source", plural=("sources de campagne", "")),
        ),
        field(
            "seconds_on_page",
            feminine("durée de lecture", "time on page", plural=("durées de lecture", "times on page")),
            unit="s",
            kind="integer",
        ),
    ),
    events(
        "search",
        feminine("recherche", "search", plural=("", "searches")),
        field("query", masculine("mot cherché", "query", plural=("mots cherchés", "queries"))),
    ),
    events(
        "add_to_cart",
        masculine(
            "ajout au panier",
            "addition to the cart",
            plural=("ajouts au panier", "additions to the cart"),
        ),
        PRODUCT,
        CATEGORY,
        field("price", masculine("prix", "price", plural=("prix", "")), unit=EURO, kind="decimal"),
        field("quantity", feminine("quantité", "quantity", plural=("", "quantities")), kind="integer"),
    ),
    events(
        "store_visit",
        feminine("visite en magasin", "store visit", plural=("visites en magasin", "")),
        STORE,
    ),
    events(
        "email_sent",
        masculine("e-mail envoyé", "e-mail sent", plural=("e-mails envoyés", "e-mails sent")),
        CAMPAIGN,
        SUBJECT,
    ),
    events(
        "email_open",
        feminine("ouverture d’e-mail", "e-mail opening", plural=("ouvertures d’e-mail", "")),
        CAMPAIGN,
        SUBJECT,
    ),
    events(
        "email_click",
        masculine("clic dans un e-mail", "e-mail click", plural=("clics dans un e-mail", "")),
        CAMPAIGN,
        SUBJECT,
    ),
    events(
        "experiment_assignment",
        feminine("affectation à un test", "experiment assignment", plural=("affectations à un test", "")),
        field("experiment", masculine("test", "experiment")),
        field(
            "variant",
            feminine("variante", "variant"),
            choices=worded(("témoin", "groupe témoin", "control"), ("traité", "traité", "treated")),
        ),
    ),
    events(
        "survey_answer",
        feminine("réponse à une enquête", "survey answer", plural=("réponses à une enquête", "")),
        field("survey", feminine("enquête", "survey")),
        field("question", feminine("question", "question")),
        field("rating", feminine("note", "rating"), kind="integer"),
        field("answer", masculine("commentaire", "comment")),
    ),
    events(
        "support_ticket",
        feminine("demande d’assistance", "support ticket", plural=("demandes d’assistance", "")),
        field("topic", masculine("sujet", "topic"), choices=plain(products.TICKET_TOPICS)),
        field("satisfied", feminine("satisfaction", "satisfaction"), kind="boolean"),
    ),
    events(
        "consent",
        masculine("choix de consentement", "consent choice", plural=("choix de consentement", "")),
        field("purpose", feminine("finalité", "purpose")),
        field("channel", masculine("canal", "channel", plural=("canaux", ""))),
        field("granted", masculine("accord", "agreement"), kind="boolean"),
        field(
            "wording",
            feminine("version du texte", "wording version", plural=("versions du texte", "")),
            choices=plain(mailing.WORDINGS),
        ),
    ),
    records(
        "deal",
        feminine("affaire", "deal"),
        field("stage", feminine("étape", "stage"), choices=STAGES),
        AMOUNT,
        field("owner", masculine("responsable", "owner"), choices=plain(products.OWNERS)),
        field(
            "opened_on",
            feminine("date d’ouverture", "opening date", plural=("dates d’ouverture", "")),
            kind="date",
        ),
        field(
            "expected_close_on",
            feminine(
                "date de signature prévue",
                "expected closing date",
                plural=("dates de signature prévues", ""),
            ),
            kind="date",
        ),
    ),
    records(
        "subscription",
        masculine("abonnement", "subscription"),
        field("plan", feminine("formule", "plan"), choices=plain([name for name, _ in products.PLANS])),
        field("status", masculine("état", "status", plural=("", "statuses")), choices=CONTRACTS),
        field(
            "monthly_price",
            masculine("prix mensuel", "monthly price", plural=("prix mensuels", "")),
            unit=EURO,
            kind="decimal",
        ),
        field(
            "started_on", feminine("date de début", "start date", plural=("dates de début", "")), kind="date"
        ),
        field(
            "renewal_date",
            feminine("date de renouvellement", "renewal date", plural=("dates de renouvellement", "")),
            kind="date",
        ),
    ),
)

CATALOGUE = Catalogue(
    traits={one.name: one for one in TRAITS},
    collections={one.name: one for one in COLLECTIONS},
    scores={
        "lead": Named("lead", masculine("score de prospect", "lead score", plural=("scores de prospect", "")))
    },
    purposes={
        "marketing": Named("marketing", Label("prospection", "marketing", gender="f")),
        "analytics": Named("analytics", Label("analyse de la navigation", "analytics", gender="f")),
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
