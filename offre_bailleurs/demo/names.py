"""The words that the demo data is made of: plants for people and invented towns, so that nobody is mistaken for real.

They hold what real data holds: accents, apostrophes, hyphens, particles, ligatures.
"""

from __future__ import annotations

FIRST_NAMES = (
    "Adèle", "Aïcha", "Alain", "Anaïs", "Benoît", "Camille", "Célestin", "Chloé", "Cyril", "Djamila",
    "Éloïse", "Émile", "Fatou", "François", "Gaël", "Geneviève", "Hélène", "Inès", "Jean-Baptiste", "Joël",
    "Karim", "Léa", "Loïc", "Maëlle", "Marie-Ève", "Moïse", "Nadège", "Noé", "Océane", "Pierre-Yves",
    "Raphaël", "Renée", "Sacha", "Solène", "Thérèse", "Ugo", "Valérie", "Xavier", "Yaël", "Zoé",
)  # fmt: skip

LAST_NAMES = (
    "Ancolie", "Aubépine", "Basilic", "Belle-de-Nuit", "Bleuet", "Bruyère", "Capucine", "Châtaignier", "Chèvrefeuille",
    "Coquelicot", "D'Ortie", "De La Fougère", "Du Chêne", "Édelweiss", "Églantine", "Frêne", "Genêt", "Glaïeul",
    "Hêtre-Martin", "Iris", "Jonquille", "L'Herbier", "Laurier", "Le Genévrier", "Lilas-Dubois", "Marjolaine",
    "Myosotis", "Noisetier", "Œillet", "Pâquerette", "Peuplier", "Réséda", "Saint-Lin", "Sauge", "Sureau", "Tilleul",
    "Trèfle", "Verveine", "Violette", "Vigne-Vierge",
)  # fmt: skip

STREETS = (
    "allée de la Grande-Ourse", "allée des Brouillons", "avenue de l'Exemple", "avenue du Château-d'Eau",
    "boulevard de l'Hypothèse", "chemin de la Fontaine", "chemin des Écoliers", "cours de l'Imaginaire",
    "impasse de l'Œuvre", "impasse du Puits", "passage du Poète", "place de la Fiction", "place du Marché",
    "quai de la Rivière", "rue aux Fées", "rue de l'Abbaye", "rue de l'Échantillon", "rue de la Forêt",
    "rue de la Maquette", "rue des Trois-Ponts", "rue du Brouillard", "rue du Modèle", "ruelle du Prototype",
    "square de la Démonstration",
)  # fmt: skip

TOWNS = {
    "35": (("35990", "Saint-Exemple-sur-Vilaine"), ("35991", "Fictiville-la-Forêt"), ("35992", "L'Hypothèse")),
    "44": (("44990", "Port-Imaginaire"), ("44991", "La Maquette-sur-Loire")),
}
"""By département: postcode and town."""
