"""Files of law to versions: bytes → characters (reading) → lines without the crawl (source) → clauses (structure,
paragraphs), with what the text states of itself (facts) and what its collector noted (manifest), weighed in telling and put
together in document.
"""

from policy_kb.ingest.document import Reading, content_hash, read_document
from policy_kb.ingest.manifest import Entry, Manifest, read_manifest
from policy_kb.ingest.titles import document_id, title_key

__all__ = ["Entry", "Manifest", "Reading", "content_hash", "document_id", "read_document", "read_manifest", "title_key"]
