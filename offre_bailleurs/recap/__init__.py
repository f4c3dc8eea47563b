"""The recap that a landlord keeps: what was transmitted, on one page."""

from offre_bailleurs.recap.data import RecapData, recap_of
from offre_bailleurs.recap.pdf import render_recap

__all__ = ["RecapData", "recap_of", "render_recap"]
