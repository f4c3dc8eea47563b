"""What a PDF says of itself to programs: XMP metadata, language and title, all of one moment."""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

from fpdf import FPDF

LANGUAGE = "fr-FR"
_SERVICE = "Offre Bailleurs"

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


def describe(pdf: FPDF, *, title: str, moment: datetime) -> None:
    """Name and date a document: every moment in it is this one, so that the same content gives the same bytes."""
    pdf.set_lang(LANGUAGE)
    pdf.set_title(title)
    pdf.set_creation_date(moment)  # enters the document's identifier, with the content
    pdf.set_xmp_metadata(
        _XMP.format(title=escape(title), language=LANGUAGE, tool=_SERVICE, moment=moment.isoformat(timespec="seconds"))
    )
