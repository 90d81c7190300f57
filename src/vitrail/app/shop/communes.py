"""Where customers live: some real communes with their coordinates and their weight in people."""

from __future__ import annotations

from functools import cache

import msgspec

REGIONS = {
    "Auvergne-Rhône-Alpes": "01 03 07 15 26 38 42 43 63 69 73 74",
    "Bourgogne-Franche-Comté": "21 25 39 58 70 71 89 90",
    "Bretagne": "22 29 35 56",
    "Centre-Val de Loire": "18 28 36 37 41 45",
    "Corse": "2A 2B",
    "Grand Est": "08 10 51 52 54 55 57 67 68 88",
    "Hauts-de-France": "02 59 60 62 80",
    "Île-de-France": "75 77 78 91 92 93 94 95",
    "Normandie": "14 27 50 61 76",
    "Nouvelle-Aquitaine": "16 17 19 23 24 33 40 47 64 79 86 87",
    "Occitanie": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "Pays de la Loire": "44 49 53 72 85",
    "Provence-Alpes-Côte d'Azur": "04 05 06 13 83 84",
    "Guadeloupe": "971",
    "Martinique": "972",
    "Guyane": "973",
    "La Réunion": "974",
    "Mayotte": "976",
}

FRANCE = """
75003 Paris 48.863 2.359 33
75010 Paris 48.876 2.361 83
75011 Paris 48.859 2.379 142
75012 Paris 48.840 2.388 140
75013 Paris 48.829 2.362 178
75015 Paris 48.841 2.300 229
75016 Paris 48.863 2.276 160
75018 Paris 48.892 2.344 188
75020 Paris 48.864 2.398 190
92100 Boulogne-Billancourt 48.835 2.241 121
93200 Saint-Denis 48.936 2.357 113
95100 Argenteuil 48.948 2.247 112
93100 Montreuil 48.863 2.443 111
92000 Nanterre 48.892 2.207 97
94400 Vitry-sur-Seine 48.787 2.393 95
94000 Créteil 48.790 2.455 93
78000 Versailles 48.804 2.130 84
92600 Asnières-sur-Seine 48.914 2.287 88
92400 Courbevoie 48.897 2.257 82
92500 Rueil-Malmaison 48.877 2.189 82
94500 Champigny-sur-Marne 48.817 2.515 77
94100 Saint-Maur-des-Fossés 48.800 2.497 75
92130 Issy-les-Moulineaux 48.824 2.270 69
91000 Évry-Courcouronnes 48.624 2.429 67
77100 Meaux 48.960 2.878 56
95000 Cergy 49.036 2.063 66
77000 Melun 48.540 2.660 41
78300 Poissy 48.929 2.046 39
91300 Massy 48.731 2.271 50
78120 Rambouillet 48.644 1.829 27
77300 Fontainebleau 48.404 2.702 16
91150 Étampes 48.435 2.162 26
69002 Lyon 45.748 4.826 31
69003 Lyon 45.753 4.869 102
69007 Lyon 45.732 4.841 83
69008 Lyon 45.735 4.869 86
69100 Villeurbanne 45.766 4.880 156
69200 Vénissieux 45.698 4.886 66
69300 Caluire-et-Cuire 45.796 4.846 43
69500 Bron 45.734 4.911 42
69800 Saint-Priest 45.697 4.944 47
69400 Villefranche-sur-Saône 45.990 4.719 37
42000 Saint-Étienne 45.435 4.390 173
38000 Grenoble 45.189 5.725 158
38200 Vienne 45.525 4.875 31
63000 Clermont-Ferrand 45.778 3.087 147
74000 Annecy 45.899 6.129 131
73000 Chambéry 45.566 5.921 60
73100 Aix-les-Bains 45.692 5.909 31
26000 Valence 44.933 4.892 65
01000 Bourg-en-Bresse 46.205 5.225 42
03200 Vichy 46.128 3.426 25
07000 Privas 44.735 4.599 8
15000 Aurillac 44.926 2.444 25
43000 Le Puy-en-Velay 45.043 3.885 19
21000 Dijon 47.322 5.041 159
25000 Besançon 47.238 6.024 119
90000 Belfort 47.640 6.864 45
71100 Chalon-sur-Saône 46.781 4.854 45
89000 Auxerre 47.798 3.573 35
39000 Lons-le-Saunier 46.675 5.554 17
58000 Nevers 46.990 3.159 33
35000 Rennes 48.117 -1.678 222
29200 Brest 48.390 -4.486 140
29000 Quimper 47.996 -4.103 64
56100 Lorient 47.748 -3.370 57
56000 Vannes 47.658 -2.761 54
35400 Saint-Malo 48.649 -2.026 47
22000 Saint-Brieuc 48.514 -2.765 44
22300 Lannion 48.732 -3.459 20
37000 Tours 47.394 0.685 137
45000 Orléans 47.903 1.909 117
18000 Bourges 47.081 2.399 64
41000 Blois 47.586 1.336 46
28000 Chartres 48.447 1.489 38
36000 Châteauroux 46.810 1.691 43
20000 Ajaccio 41.927 8.737 73
20200 Bastia 42.697 9.451 48
20137 Porto-Vecchio 41.591 9.279 12
20250 Corte 42.306 9.149 7
67000 Strasbourg 48.573 7.752 291
51100 Reims 49.258 4.032 180
57000 Metz 49.119 6.176 120
68100 Mulhouse 47.751 7.336 106
54000 Nancy 48.692 6.184 104
68000 Colmar 48.079 7.359 68
10000 Troyes 48.297 4.074 62
88000 Épinal 48.173 6.449 32
08000 Charleville-Mézières 49.773 4.720 46
55000 Bar-le-Duc 48.772 5.160 14
59000 Lille 50.630 3.057 237
80000 Amiens 49.894 2.296 134
59100 Roubaix 50.690 3.182 98
59200 Tourcoing 50.724 3.161 98
59140 Dunkerque 51.034 2.377 86
62100 Calais 50.951 1.859 67
59650 Villeneuve-d'Ascq 50.623 3.144 61
60000 Beauvais 49.430 2.081 56
02100 Saint-Quentin 49.847 3.287 53
62000 Arras 50.291 2.778 42
60200 Compiègne 49.418 2.826 41
62520 Le Touquet-Paris-Plage 50.522 1.591 4
76600 Le Havre 49.494 0.107 166
76000 Rouen 49.443 1.100 114
14000 Caen 49.183 -0.371 106
50100 Cherbourg-en-Cotentin 49.633 -1.622 78
27000 Évreux 49.024 1.151 47
61000 Alençon 48.432 0.091 26
14800 Deauville 49.353 0.075 4
33000 Bordeaux 44.838 -0.579 261
87000 Limoges 45.834 1.262 130
86000 Poitiers 46.580 0.340 89
17000 La Rochelle 46.160 -1.151 78
64000 Pau 43.295 -0.371 78
33700 Mérignac 44.842 -0.646 74
33600 Pessac 44.806 -0.631 66
79000 Niort 46.323 -0.465 59
64200 Biarritz 43.483 -1.559 26
64100 Bayonne 43.493 -1.475 52
19100 Brive-la-Gaillarde 45.159 1.534 47
16000 Angoulême 45.649 0.156 42
24000 Périgueux 45.184 0.721 30
40000 Mont-de-Marsan 43.890 -0.500 30
47000 Agen 44.203 0.621 32
31000 Toulouse 43.604 1.444 504
34000 Montpellier 43.611 3.877 303
30000 Nîmes 43.837 4.360 148
66000 Perpignan 42.699 2.895 119
34500 Béziers 43.344 3.216 80
11100 Narbonne 43.184 3.004 56
82000 Montauban 44.018 1.355 62
81000 Albi 43.929 2.148 49
31770 Colomiers 43.613 1.336 40
34200 Sète 43.405 3.697 44
65000 Tarbes 43.233 0.078 43
12000 Rodez 44.351 2.575 24
46000 Cahors 44.448 1.441 20
48000 Mende 44.518 3.501 12
44000 Nantes 47.218 -1.554 323
49000 Angers 47.474 -0.555 157
72000 Le Mans 48.006 0.199 145
44600 Saint-Nazaire 47.274 -2.214 72
44800 Saint-Herblain 47.212 -1.650 50
49300 Cholet 47.060 -0.879 54
53000 Laval 48.070 -0.770 50
85000 La Roche-sur-Yon 46.671 -1.426 55
85100 Les Sables-d'Olonne 46.497 -1.783 48
13001 Marseille 43.300 5.381 120
13008 Marseille 43.249 5.385 180
13012 Marseille 43.307 5.440 160
13014 Marseille 43.345 5.396 150
06000 Nice 43.710 7.262 343
83000 Toulon 43.124 5.928 180
13100 Aix-en-Provence 43.530 5.447 147
84000 Avignon 43.949 4.806 91
06600 Antibes 43.581 7.125 75
06400 Cannes 43.552 7.017 74
06130 Grasse 43.658 6.925 49
13200 Arles 43.677 4.628 51
83600 Fréjus 43.433 6.737 57
05000 Gap 44.559 6.079 41
04000 Digne-les-Bains 44.092 6.236 16
97110 Pointe-à-Pitre 16.241 -61.533 15
97139 Les Abymes 16.271 -61.505 52
97200 Fort-de-France 14.604 -61.067 76
97300 Cayenne 4.938 -52.335 63
97400 Saint-Denis -20.879 55.448 153
97410 Saint-Pierre -21.342 55.478 84
97600 Mamoudzou -12.781 45.228 71
"""

ABROAD = """
1000 Bruxelles BE 50.847 4.352 60
4000 Liège BE 50.633 5.567 30
5000 Namur BE 50.467 4.872 18
1204 Genève CH 46.204 6.143 32
1003 Lausanne CH 46.520 6.633 20
2000 Neuchâtel CH 46.990 6.929 8
1126 Luxembourg LU 49.611 6.130 24
98000 Monaco MC 43.738 7.424 10
"""


class Commune(msgspec.Struct, frozen=True):
    """A place people live in; abroad it has neither department nor region."""

    postcode: str
    city: str
    department: str | None
    region: str | None
    country: str
    latitude: float
    longitude: float
    weight: float


def department_of(postcode: str) -> str:
    """The department of a French postcode: `2A` and `2B` in Corsica, three digits overseas."""
    if postcode.startswith("97"):
        return postcode[:3]
    if postcode.startswith("20"):
        return "2A" if postcode < "20200" else "2B"
    return postcode[:2]


@cache
def communes() -> tuple[Commune, ...]:
    """Every place of the sample shop, France first."""
    regions = {number: region for region, some in REGIONS.items() for number in some.split()}
    french = [_french(line, regions) for line in FRANCE.strip().splitlines()]
    return (*french, *(_foreign(line) for line in ABROAD.strip().splitlines()))


def _french(line: str, regions: dict[str, str]) -> Commune:
    name, latitude, longitude, weight = line.rsplit(maxsplit=3)
    postcode, city = name.split(maxsplit=1)
    department = department_of(postcode)
    place = (float(latitude), float(longitude), float(weight))
    return Commune(postcode, city, department, regions[department], "FR", *place)


def _foreign(line: str) -> Commune:
    postcode, city, country, latitude, longitude, weight = line.split()
    place = (float(latitude), float(longitude), float(weight))
    return Commune(postcode, city, None, None, country, *place)
