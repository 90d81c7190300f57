"""What the shop sells, where, and the words around it: products, stores, campaigns, answers."""

from __future__ import annotations

import msgspec

from vitrail.app.shop.names import address_form


class Category(msgspec.Struct, frozen=True):
    """A department of the shop; `products` are (name, price in euros), `searches` what people type."""

    key: str
    fr: str
    en: str
    products: tuple[tuple[str, int], ...]
    searches: tuple[str, ...]
    weights: tuple[float, ...]
    """How much each group buys of it, in the order of `truths.GROUPS`."""


def _products(text: str) -> tuple[tuple[str, int], ...]:
    pairs = (line.strip().rsplit(maxsplit=1) for line in text.strip().splitlines())
    return tuple((name, int(price)) for name, price in pairs)


CATEGORIES = (
    Category(
        "literie",
        "literie",
        "bedding",
        _products("""
            Matelas à mémoire de forme 140 × 190 449
            Sommier tapissier à lattes 229
            Couette chaude 220 × 240 89
            Oreiller ergonomique 39
            Housse de couette en lin lavé 119
            Drap-housse en percale 35
            Surmatelas en laine 159
            Plaid en mohair 79"""),
        ("matelas", "couette chaude", "housse lin", "oreiller", "drap housse 160", "sommier"),
        (12, 30, 16, 8, 6, 12, 14),
    ),
    Category(
        "vaisselle",
        "vaisselle",
        "tableware",
        _products("""
            Service d'assiettes en grès, 12 pièces 69
            Verres à pied, lot de 6 34
            Cocotte en fonte 24 cm 139
            Ménagère 24 pièces 85
            Théière en porcelaine 42
            Saladier en bois d'olivier 38
            Tasses à café, lot de 4 24
            Planche à découper en hêtre 29"""),
        ("assiettes", "verres à vin", "cocotte", "service à thé", "couverts", "saladier"),
        (26, 12, 18, 8, 34, 16, 22),
    ),
    Category(
        "luminaires",
        "luminaires",
        "lighting",
        _products("""
            Suspension en rotin 95
            Lampe à poser en céramique 64
            Lampadaire arqué 149
            Applique murale en laiton 58
            Guirlande guinguette 27
            Lampe de chevet tactile 36"""),
        ("suspension rotin", "lampadaire", "applique", "guirlande", "abat-jour", "lampe de chevet"),
        (14, 12, 14, 6, 18, 16, 12),
    ),
    Category(
        "meubles",
        "meubles",
        "furniture",
        _products("""
            Canapé d'angle convertible 899
            Table à manger extensible en chêne 549
            Bibliothèque modulable 329
            Fauteuil en velours côtelé 279
            Chaise bistrot, lot de 2 129
            Commode trois tiroirs 219
            Table basse gigogne 119
            Meuble à chaussures 99"""),
        ("canapé convertible", "table extensible", "bibliothèque", "fauteuil", "commode", "chaise"),
        (8, 26, 12, 8, 4, 16, 28),
    ),
    Category(
        "jardin",
        "jardin",
        "garden",
        _products("""
            Salon de jardin en acacia 499
            Parasol déporté 189
            Transat pliant 59
            Barbecue à charbon 129
            Pot en terre cuite 40 cm 25
            Tondeuse électrique 179
            Arrosoir en zinc 32"""),
        ("salon de jardin", "parasol", "transat", "barbecue", "pot terre cuite", "tondeuse"),
        (10, 6, 10, 46, 5, 10, 6),
    ),
    Category(
        "aspirateurs",
        "aspirateurs",
        "vacuum cleaners",
        _products("""
            Aspirateur balai sans fil 249
            Aspirateur traîneau silencieux 139
            Aspirateur robot 329
            Nettoyeur vapeur 99
            Sacs d'aspirateur, lot de 8 19
            Filtre lavable 15"""),
        ("aspirateur balai", "aspirateur robot", "sac aspirateur", "filtre", "nettoyeur vapeur"),
        (8, 8, 12, 8, 5, 12, 8),
    ),
    Category(
        "ventilateurs",
        "ventilateurs",
        "fans",
        _products("""
            Ventilateur colonne 69
            Ventilateur sur pied en métal 54
            Ventilateur de plafond 159
            Brumisateur de terrasse 45"""),
        ("ventilateur", "ventilateur silencieux", "brumisateur", "ventilateur plafond"),
        (4, 4, 4, 4, 4, 4, 4),
    ),
    Category(
        "décoration",
        "décoration",
        "home decoration",
        _products("""
            Miroir rond en rotin 75
            Tapis berbère 160 × 230 199
            Coussin brodé 29
            Bougie parfumée figuier 22
            Vase en verre soufflé 38
            Cadre photo en noyer 19
            Rideau en gaze de coton 45"""),
        ("tapis berbère", "miroir", "coussin", "bougie", "rideaux lin", "vase"),
        (18, 2, 14, 12, 24, 14, 6),
    ),
)

CATEGORY_KEYS = tuple(category.key for category in CATEGORIES)
GARDEN = CATEGORY_KEYS.index("jardin")
FANS = CATEGORY_KEYS.index("ventilateurs")
PRODUCTS = tuple(name for category in CATEGORIES for name, _ in category.products)
PRICES = tuple(price for category in CATEGORIES for _, price in category.products)
FIRST_PRODUCT = tuple(sum(len(c.products) for c in CATEGORIES[:n]) for n in range(len(CATEGORIES)))


def address_of(name: str) -> str:
    """The part of a web address that names something: `Décoration` → `decoration`."""
    return "-".join(filter(None, (address_form(word) for word in name.split())))


class Store(msgspec.Struct, frozen=True):
    """A store of the chain and its place."""

    name: str
    latitude: float
    longitude: float


STORES = (
    Store("Paris Bastille", 48.853, 2.369),
    Store("Paris Ternes", 48.878, 2.294),
    Store("Lille Vieux-Lille", 50.640, 3.062),
    Store("Nantes Graslin", 47.213, -1.562),
    Store("Bordeaux Chartrons", 44.853, -0.573),
    Store("Toulouse Carmes", 43.597, 1.445),
    Store("Marseille Joliette", 43.305, 5.367),
    Store("Nice Masséna", 43.697, 7.270),
    Store("Strasbourg Petite-France", 48.580, 7.741),
    Store("Rennes Sainte-Anne", 48.114, -1.680),
    Store("Lyon Confluence", 45.741, 4.818),
)
STORE_NAMES = tuple(store.name for store in STORES)

NEWSLETTERS = (
    ("Les nouveautés du mois", "Elles viennent d'arriver à la maison"),
    ("Nos idées déco", "Cinq idées pour changer d'air sans tout changer"),
    ("L'art de la table", "Une belle table, et tout le monde reste"),
    ("Bien dormir", "Et si l'on parlait de votre sommeil ?"),
    ("Au jardin", "Dehors, on s'installe"),
    ("Belles lumières", "Une lampe change une pièce"),
    ("La sélection de Noël", "Des cadeaux qui feront plaisir longtemps"),
    ("Le grand ménage", "Un intérieur net, sans y passer le dimanche"),
)

LETTERS_BY_MONTH = (
    (3, 1),
    (0, 5),
    (7, 0),
    (4, 7),
    (4, 1),
    (4, 0),
    (1, 4),
    (3, 7),
    (0, 2),
    (5, 1),
    (6, 5),
    (6,),
)
"""Which of the newsletters suit each month, from January on."""

CAMPAIGN_SUBJECT = "Rien que pour vous : les soldes commencent aujourd'hui"

ANSWERS = {
    "promoter": (
        "Livraison rapide et produit conforme, merci !",
        "Très belle qualité, je recommande.",
        "L'équipe du magasin a été adorable.",
        "Rien à redire, c'est parfait.",
    ),
    "passive": (
        "Bien, mais l'emballage pourrait être plus léger.",
        "Correct dans l'ensemble.",
        "Un peu cher, mais joli.",
    ),
    "detractor": (
        "Colis abîmé et personne pour répondre.",
        "Livraison bien trop tardive.",
        "Le produit ne ressemble pas à la photo.",
        "J'attends toujours mon remboursement…",
    ),
}

TICKET_TOPICS = ("livraison", "produit abîmé", "remboursement", "montage", "facture")
COUPONS = ("BIENVENUE10", "SOLDES20", "AMI15")
REFERRERS = ("google", "facebook", "instagram", "pinterest", "newsletter")
UTM_SOURCES = (None, "facebook", "instagram", "pinterest", "newsletter")
CHANNELS = ("publicité", "recherche web", "réseaux sociaux", "magasin", "parrainage", "presse")
OWNERS = ("Agathe Morel", "Bastien Le Goff", "Inès Benali", "Rémi Fontaine")
STAGES = (
    "Prise de contact",
    "Visite du showroom",
    "Devis envoyé",
    "Négociation",
    "Gagné",
    "Perdu",
)
PLANS = (("Club Maison", 490), ("Garantie Sérénité", 790), ("Entretien Pro", 4900))
"""Service plans with their monthly price in cents."""
