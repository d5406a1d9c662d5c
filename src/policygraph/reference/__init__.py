"""Reference data: what is known of places, bodies, firms, classes and rules before any document is read."""

from policygraph.reference.documents import record_reference, reference_extraction
from policygraph.reference.rows import ReferenceDataError
from policygraph.reference.tables import Reference, load_reference, read_reference

__all__ = [
    "Reference",
    "ReferenceDataError",
    "load_reference",
    "read_reference",
    "record_reference",
    "reference_extraction",
]
