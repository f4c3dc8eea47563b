"""The business of declaring July's rent: accounts, tenancies, declarations and their recap.

Knows neither Rasa nor a web framework; `actions`, `portal` and `cli` stand on it.
"""
