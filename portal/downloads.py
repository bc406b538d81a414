"""Files handed to one person: never kept by a cache, under a name that every server passes on (gunicorn refuses a header
with Chinese characters in it, so the name goes as RFC 6266 writes it)."""

import io

from flask import Response, send_file


def send_download(content: bytes, media_type: str, name: str) -> Response:
    """The bytes as a file to keep."""
    reply = send_file(
        io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name, etag=False, max_age=0
    )
    reply.headers["Cache-Control"] = "private, no-store"
    return reply
