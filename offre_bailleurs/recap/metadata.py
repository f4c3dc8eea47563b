"""What a recap says of itself to programs: XMP metadata, language, title and the embedded declaration."""

from __future__ import annotations

from xml.sax.saxutils import escape

from fpdf import FPDF
from fpdf.enums import AssociatedFileRelationship

from offre_bailleurs.recap import wording
from offre_bailleurs.recap.data import RecapData, to_json

LANGUAGE = "fr-FR"

# fpdf2 writes an XMP packet of its own, but dates it of now and knows no level A.
_XMP = """\
<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about=""
        xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
        xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
        xmlns:xmp="http://ns.adobe.com/xap/1.0/">
      <pdfaid:part>3</pdfaid:part>
      <pdfaid:conformance>A</pdfaid:conformance>
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
      <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
      <pdf:Producer>fpdf2</pdf:Producer>
      <xmp:CreatorTool>{tool}</xmp:CreatorTool>
      <xmp:CreateDate>{moment}</xmp:CreateDate>
      <xmp:ModifyDate>{moment}</xmp:ModifyDate>
      <xmp:MetadataDate>{moment}</xmp:MetadataDate>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>"""


def describe(pdf: FPDF, data: RecapData) -> None:
    """Name and date a recap, and embed its declaration. Every moment written is that of the transmission."""
    pdf.set_lang(LANGUAGE)
    pdf.set_title(wording.title(data))
    pdf.set_creation_date(data.submitted_at)  # enters the document's identifier, with the content
    pdf.set_xmp_metadata(
        _XMP.format(
            title=escape(wording.title(data)),
            language=LANGUAGE,
            tool=wording.SERVICE,
            moment=data.submitted_at.isoformat(timespec="seconds"),
        )
    )
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
