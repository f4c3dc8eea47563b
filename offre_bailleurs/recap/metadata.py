"""What a recap says of itself to programs: its metadata, and the declaration that it embeds."""

from __future__ import annotations

from fpdf import FPDF
from fpdf.enums import AssociatedFileRelationship

from offre_bailleurs.paper import metadata
from offre_bailleurs.recap import wording
from offre_bailleurs.recap.data import RecapData, to_json


def describe(pdf: FPDF, data: RecapData) -> None:
    """Name and date a recap, and embed its declaration. Every moment written is that of the transmission."""
    metadata.describe(pdf, title=wording.title(data), moment=data.submitted_at)
    pdf.embed_file(
        bytes=to_json(data),
        basename=data.json_name,
        desc="Déclaration transmise",
        mime_type="application/json",
        associated_file_relationship=AssociatedFileRelationship.SOURCE.value,
        creation_date=data.submitted_at,
        modification_date=data.submitted_at,
        compress=True,
        checksum=True,
    )
