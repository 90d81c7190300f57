"""Every page of the web app, by its address: what is listed here is looked at by the tests of pages."""

from urllib.parse import urlencode

LONG = " and ".join(
    (
        'country in ("FR", "BE")',
        '(count(order where category = "jardin" and amount >= 50, last 1 year) >= 2 or member("rfm.loyal"))',
        "not did(order, last 30 days)",
        'interests has any of ("jardin")',
        "last_time(order) < now - 3 months",
        "age(birth_date) between 18 and 90",
        "consented(marketing, email)",
        "distance(latitude, longitude, 48.853, 2.369) < 25",
        "regularly(order, every month, at least 3 of last 4)",
        "percentile(sum(order.amount) among did(order)) > 90",
        'not (city contains "a" or sample(10%))',
    )
)


def building(rule: str) -> str:
    """The address of the builder with a rule in it."""
    return "/segments/new?" + urlencode({"rule": rule})


PAGES = (
    "/",
    "/?cohorts=revenue&purpose=prospecting_sms&segmentation=value",
    "/segmentations",
    "/segmentations/rfm",
    "/segmentations/value/edit",
    "/segmentations/value/remove",
    "/segmentations/mapping",
    "/segments",
    "/segments?kind=classes&sort=size&down=1",
    "/segments?q=nothing+is+called+so",
    "/segments/new",
    building(LONG),
    building("country is"),
    building('unheard = "of" or not did(order)'),
    "/segments/big_basket/edit",
    "/segments/big_basket",
    "/segments/value.vip",
    "/segments?only=archived&removed=big_basket",
    "/segments/big_basket/history",
    "/segments/big_basket/reach?step=basis&reach_purpose=prospecting_email",
    "/segments/big_basket/overlap?with=value.vip",
    "/segments/big_basket/remove",
    "/privacy",
    "/privacy/purposes",
    "/privacy/purposes/new",
    "/privacy/purposes/controller",
    "/privacy/purposes/prospecting_email",
    "/privacy/purposes/prospecting_email/edit",
    "/privacy/consents",
    "/privacy/requests",
    "/privacy/retention",
    "/privacy/record",
    "/privacy/sensitive",
    "/privacy/audit",
    "/settings",
    "/settings/workspace",
    "/settings/users",
    "/settings/keys",
    "/settings/write-keys",
    "/settings/secrets",
    "/settings/upkeep",
    "/account",
    "/account/sign-in",
    "/segments/big_basket/export",
    "/people",
    "/people?q=martin",
    "/people?q=nobody+is+called+so",
    "/people/C000001",
    "/people/C000001/timeline",
    "/people/C000001/segments?segment=lifecycle.loyal",
    "/people/C000001/consents",
    "/people/C000001/profiles",
    "/people/C000001/rights?erase=look",
    "/people/duplicates",
    "/no/such/page",
)
