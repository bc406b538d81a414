"""Files of law to versions: bytes → characters (reading) → lines without the crawl (source) → clauses (structure),
with what the text states of itself (facts) and what its collector noted (manifest), put together in document.
"""

from policy_kb.ingest.document import Reading, content_hash, document_id, read_document, title_key
from policy_kb.ingest.manifest import Entry, Manifest, read_manifest

__all__ = ["Entry", "Manifest", "Reading", "content_hash", "document_id", "read_document", "read_manifest", "title_key"]
