"""Why the system would not do something with a file, in words."""

from __future__ import annotations

import errno

from nb_refactor.text import text

# Those that people meet, as the system itself calls them; the others stay in its own words.
REASONS = {
    errno.EACCES: text("Permission denied"),
    errno.EPERM: text("Operation not permitted"),
    errno.ENOSPC: text("No space left on device"),
    errno.EDQUOT: text("Disk quota exceeded"),
    errno.EROFS: text("Read-only file system"),
    errno.EIO: text("Input/output error"),
    errno.ENAMETOOLONG: text("File name too long"),
    errno.ELOOP: text("Too many levels of symbolic links"),
    errno.EMFILE: text("Too many open files"),
}


def reason_of(error: Exception) -> str:
    """What stood in the way: an error of the system, or of a path that it does not take."""
    if not isinstance(error, OSError):
        return str(error)
    return REASONS.get(error.errno or 0) or error.strerror or str(error)
