"""A zip of texts, unpacked with care: no path leaves the folder, no bomb goes off, names from old Windows are read."""

import re
import zipfile
from pathlib import Path, PurePosixPath

from policy_kb.errors import UnreadableText
from policy_kb.ingest.formats.kinds import check_archive

_IGNORED = re.compile(r"(?:^|/)(?:__MACOSX|\.(?!\./)[^/]+|Thumbs\.db|desktop\.ini)(?:/|$)|^~\$|/~\$")


def unpack(archive: Path, folder: Path) -> list[Path]:
    """The files of a zip written below ``folder``, in order; UnreadableText when it is damaged, locked or empty."""
    try:
        with zipfile.ZipFile(archive) as opened:
            check_archive(opened, archive.name)
            written = [
                _write(opened, member, folder)
                for member in opened.infolist()
                if not member.is_dir() and not _IGNORED.search(_name(member))
            ]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise UnreadableText(f"{archive.name}: this zip archive is damaged ({error}); make it anew") from error
    if not written:
        raise UnreadableText(f"{archive.name}: there is no file in this archive")
    return sorted(written)


def _name(member: zipfile.ZipInfo) -> str:
    """The name as meant: without the UTF-8 flag (0x800) it was written in the system's own encoding, here GB18030."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> Path:
    parts = [part for part in PurePosixPath(_name(member).replace("\\", "/")).parts if part not in {"/", "..", "."}]
    path = folder.joinpath(*(part[-120:].replace("\x00", "") for part in parts))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(opened.read(member))
    return path
