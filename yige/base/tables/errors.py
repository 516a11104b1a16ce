"""What reading a file refuses. Facts name the place in the file and the limit that was met."""

from yige.kernel.errors import Invalid, Missing, Refusal, Unavailable


class FileMissing(Missing):
    """There is no file at the path."""

    code = "base.file_missing"


class FileEmpty(Invalid):
    """The file has no byte, or no row with anything in it."""

    code = "base.file_empty"


class FileKindUnknown(Invalid):
    """The content is none of the kinds that are read."""

    code = "base.file_kind_unknown"


class FileDamaged(Invalid):
    """The file breaks off or breaks the rules of its own format."""

    code = "base.file_damaged"


class FileEncrypted(Invalid):
    """The file is protected by a password; it has to be saved again without one."""

    code = "base.file_encrypted"


class FileTooHeavy(Invalid):
    """The file passes a limit: it is split, thinned, or the operator raises the limit."""

    code = "base.file_too_heavy"


class ArchiveNested(Invalid):
    """A packed file lies inside a packed file."""

    code = "base.archive_nested"


class ArchiveUnsafe(Invalid):
    """A name in the archive would leave the folder it is unpacked into."""

    code = "base.archive_unsafe"


class ArchiveAmbiguous(Invalid):
    """The archive holds none or several of the files that could be meant."""

    code = "base.archive_ambiguous"


class TextUnreadable(Invalid):
    """The bytes are text in no encoding that is known here."""

    code = "base.text_unreadable"


class PartMissing(Missing):
    """The file has no sheet or layer of that name."""

    code = "base.part_missing"


class CrsMissing(Invalid):
    """The coordinates are no degrees and the file does not say what they are."""

    code = "base.crs_missing"


class CrsNotTaken(Invalid):
    """The file's reference system is one that cannot be brought to CGCS2000 exactly enough."""

    code = "base.crs_not_taken"


class ReaderFailed(Unavailable):
    """The reading process ended without an answer, for a reason outside the file."""

    code = "base.reader_failed"


def refusal_from(code: str, facts: dict[str, object]) -> Refusal:
    """Rebuild what the child refused with; only refusals of this page are believed."""
    known = {
        kind.code: kind
        for kind in globals().values()
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind.__module__ == __name__
    }
    return known.get(code, ReaderFailed)(**facts)
