"""The logical structure of a PDF page: what is a heading, a table row or mere decoration.

fpdf2 knows flat structure trees only (an alternative text for an image). `StructureTree` gives it a tree of any depth
in the same place, `FPDF.struct_builder`, so that a screen reader meets headings and table rows and the file can be
PDF/A-3 of level A. Elements and marked content follow ISO 32000-1:2008, 14.7 and 14.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fpdf import FPDF
from fpdf.structure_tree import StructElem, StructureTreeBuilder
from fpdf.syntax import PDFObject

ROW_HEADER = "<</O /Table /Scope /Row>>"
"""The attribute of a table header cell (TH) that names its row."""


class _Element(StructElem):
    """A structure element on the first page, with an optional attribute dictionary, already in PDF syntax."""

    def __init__(self, role: str, parent: StructElem, page: PDFObject, attributes: str | None) -> None:
        super().__init__(struct_type=f"/{role}", parent=parent, kids=[], page_number=1)
        self.pg = page  # type: ignore[assignment] # fpdf2 sets it itself, but on the first level only
        self.a = attributes


class StructureTree(StructureTreeBuilder):
    """The structure tree of a one-page document: open elements with `element`, and write inside `content`."""

    def __init__(self, pdf: FPDF) -> None:
        """Take the place of the document's own (flat, still empty) structure tree; the page must exist."""
        super().__init__()
        self._pdf = pdf
        self._elements: list[_Element] = []
        self._parents: list[StructElem] = [self.doc_struct_elem]
        pdf.pages[1].struct_parents = 0
        pdf.struct_builder = self

    @contextmanager
    def element(self, role: str, attributes: str | None = None) -> Iterator[None]:
        """What is opened inside belongs to a new element, for example a `Table` or a `TR`."""
        element = _Element(role, self._parents[-1], self._pdf.pages[1], attributes)
        self._parents[-1].k.append(element)
        self._elements.append(element)
        self._parents.append(element)
        yield
        self._parents.pop()

    @contextmanager
    def content(self, role: str, attributes: str | None = None) -> Iterator[None]:
        """What is drawn inside is the content of a new element, for example a `P` or an `H1`."""
        with self.element(role, attributes):
            element = self._parents[-1]
            owners = self.struct_tree_root.parent_tree.nums[0]
            identifier = len(owners)
            owners.append(element)
            element.k.append(identifier)
            self._pdf._out(f"/{role} <</MCID {identifier}>> BDC")
            yield
            self._pdf._out("EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn inside means nothing: a screen reader passes over it."""
        self._pdf._out("/Artifact BMC")
        yield
        self._pdf._out("EMC")

    def __iter__(self) -> Iterator[PDFObject]:
        """Every object to write into the file, the root first."""
        yield self.struct_tree_root
        yield self.doc_struct_elem
        yield self.struct_tree_root.parent_tree
        yield from self._elements
