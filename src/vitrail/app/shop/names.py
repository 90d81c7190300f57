"""What customers are called: first names by generation, family names, companies."""

from __future__ import annotations

from unicodedata import combining, normalize

FEMALE = (
    # born before 1965
    "Monique Françoise Jacqueline Nicole Danielle Chantal Michèle Anne-Marie Bernadette Marie-Thérèse"
    " Josiane Annick Geneviève Évelyne Colette Éliane Odile Marie-Claude Ginette Mauricette",
    # 1965 to 1989
    "Nathalie Sylvie Isabelle Valérie Sandrine Stéphanie Céline Aurélie Émilie Anne-Sophie Karine"
    " Virginie Laëtitia Hélène Delphine Élodie Fatima Gaëlle Samira Séverine",
    # from 1990 on
    "Léa Manon Camille Chloé Inès Sarah Anaïs Océane Clara Lou-Anne Jade Zoé Maëlys Yasmine Louise"
    " Éléonore Romane Ambre Aïcha Noémie",
)

MALE = (
    "Michel Jean-Pierre Bernard André Gérard Jean-Claude Daniel Jacques Alain René Guy Roger Yves"
    " Jean-François Marcel Joël Serge Hervé Rémy Noël",
    "Christophe Stéphane Frédéric Laurent Sébastien Nicolas David Jérôme Cédric Olivier Mickaël Karim"
    " Grégory Benoît Loïc Jean-Baptiste Mohamed François-Xavier Yannick Rachid",
    "Lucas Hugo Théo Enzo Thomas Maxime Mathéo Léo Raphaël Noé Gaël Jules Adam Maël Clément Anatole"
    " Ibrahim Timéo Loévan Côme",
)

FAMILY = (
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre"
    " Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent"
    " Muller Lefèvre Faure André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand"
    " Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson"
    " Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly"
    " Rivière Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche Renard Schmitt Roy Leroux"
    " Colin Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe"
    " Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq Guillaume Lecomte López Jean Dupuy"
    " Guillot Hubert Berger Carpentier Sánchez Dupuis Moulin Deschamps Huet Vasseur Pérez Boucher"
    " Fleury Royer Klein Jacquet Adam Paris Poirier Marty Aubry Guyot Carré Charles Renault"
    " Charpentier Ménard Maillard Baron Bertin Bailly Hervé Schneider Fernández Le_Gall Collet Léger"
    " Bouvier Julien Prévost Millet Perrot Daniel Le_Roux Cousin Germain Breton Besson Langlois Rémy"
    " Le_Goff Pelletier Lévêque Perrier Leblanc Barré Lebrun Marchal Weber Mallet Hamon Boulanger"
    " Jacob Monnier Michaud Rodríguez Guichard Gillet Étienne Grondin Poulain Tessier Chevallier"
    " Collin Chauvin Da_Silva Bouchet Gay Lemaître Bénard Maréchal Humbert Reynaud Antoine Hoarau"
    " N'Diaye L'Hermitte D'Angelo N'Guessan L'Hostis O'Brien Ben_Saïd El_Amrani Diallo Traoré Nguyen"
    " De_La_Fuente Haddad Bensalem Cissé Koné Pham Kowalski Lefrançois Ouédraogo"
)

COMPANIES = (
    "Hôtel Restaurant Gîtes Chambres_d'hôtes Auberge Brasserie Atelier Cabinet Agence Résidence"
    " Crèche Camping Traiteur Salon_de_thé Conciergerie"
)

SIGNS = (
    "du_Port de_la_Gare des_Tilleuls de_l'Écluse du_Marché Bellevue des_Remparts de_la_Poste du_Lac"
    " de_l'Étoile Saint-Éloi du_Vieux_Moulin des_Halles de_la_Forêt du_Théâtre des_Ormes de_l'Abbaye"
    " du_Château des_Glycines de_la_Plage"
)


def words(text: str) -> tuple[str, ...]:
    """The words of a list; an underscore stands for a space within one."""
    return tuple(word.replace("_", " ") for word in text.split())


def address_form(name: str) -> str:
    """A name as it stands in an e-mail address: `Anne-Sophie` → `anne-sophie`, `N'Diaye` → `ndiaye`."""
    letters = (c for c in normalize("NFD", name.lower()) if not combining(c))
    return "".join(c for c in letters if c.isalpha() or c == "-")
