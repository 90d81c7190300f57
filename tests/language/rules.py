"""Rules that analysts write, in their canonical spelling."""

from __future__ import annotations

RULES = (
    'country = "FR" and count(order, last 90 days) >= 2',
    'sum(order.amount where category = "wine", last 1 year) >= 500'
    " or percentile(sum(order.amount, last 1 year)) >= 90",
    'did(page_view where path starts with "/aspirateur", last 7 days) and not did(order, last 7 days)',
    "now - last_time(order) > 180 days and count(order) >= 3",
    "anniversary(birth_date) in next 7 days and consented(marketing, email)",
    "sequence(add_to_cart, not order within 24 hours, last 7 days)",
    'count(deal where stage = "Visite des salles") > 0 and score("lead") >= 60',
    'interests has any of ("trail", "vélo") and distance(latitude, longitude, 48.8566, 2.3522) < 25',
    "regularly(order where amount > 20, every month, at least 3 of last 4)",
    'sample(10%, "spring") and member("vip") and not (newsletter = true or email is unknown)',
    "children between 1 and 3 and basket * 2 - 0.5 not between 1 and 9",
    'city not in ("Paris", "Lyon") or renewal_date in this month',
    'decile(avg(order.amount) among country = "FR") = 10 and rank(count(order)) <= 100',
    "hour(first_time(page_view)) >= 20 and weekday(last_login) <= 5",
    'mode(order.category, since 2024-01-01) = "tea" and last(order.gift) = true',
    'interests not has all of ("trail", "velo") and email not matches "@example[.]com$"',
    "count(order where now - at < 3 days and delivered_on is unknown, this year) = 0",
    "last_login not in between 2025-01-01 and 2025-02-01T08:30:00Z and age(birth_date) >= 18",
)
