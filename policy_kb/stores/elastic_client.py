"""The way to the cluster: addresses, login, patience, and its errors in words that help."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from policy_kb.errors import StoreUnavailable

READ_SECONDS = 3.0  # of one read with all its tries; then the snapshot answers
_TRIES = 3  # at most, each at another node


def open_client(url: str, login: Mapping[str, str], read_seconds: float) -> Elasticsearch:
    """A client of the nodes in ``url`` (separated by commas); nothing is sent yet. StoreUnavailable when it makes no sense.

    With several nodes a read that one does not answer is tried at the next, within ``read_seconds`` in all. A lost
    connection is tried again even at a single node: it may have been closed while nobody asked.
    """
    hosts = [host.strip() for host in url.split(",") if host.strip()]
    if not hosts:
        raise StoreUnavailable("the store elasticsearch needs its address, e.g. http://127.0.0.1:9200")
    tries = min(len(hosts), _TRIES)
    options = {
        "request_timeout": read_seconds / tries,
        "max_retries": max(1, tries - 1),
        "retry_on_timeout": tries > 1,
        **_login_options(login),
    }
    try:
        return Elasticsearch(hosts, **options)
    except (ValueError, OSError) as error:
        raise StoreUnavailable(f"the address of Elasticsearch cannot be used ({error})") from error


def explain(error: ApiError | TransportError) -> str:
    """Why, in a few words and without a password that may stand in an address."""
    if isinstance(error, ApiError):
        if error.status_code in {401, 403}:
            return f"it refuses these credentials ({error.status_code}); check user, password or API key and its rights"
        return f"it answered {error.status_code} {error}"[:300]
    return re.sub(r"://[^@/\s]+@", "://", f"{type(error).__name__}: {error.message}")[:300]


def _login_options(login: Mapping[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if login.get("api_key"):
        options["api_key"] = login["api_key"]
    elif login.get("user"):
        options["basic_auth"] = (login["user"], login.get("password", ""))
    if login.get("ca"):
        if not Path(login["ca"]).is_file():
            raise StoreUnavailable(
                f"{login['ca']}: there is no such file; it should hold Elasticsearch's certificate authority"
            )
        options["ca_certs"] = login["ca"]
    return options


__all__ = ["READ_SECONDS", "explain", "open_client"]
