"""Where the project writes, and how: a whole file or none."""

import os
import tempfile
from pathlib import Path


def project_root() -> Path:
    """The checkout that this library lies in, or the working folder if it was installed without one."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "pyproject.toml").is_file() and (folder / "notebooks").is_dir():
            return folder
    return Path.cwd()


def write_atomically(path: Path | str, content: bytes | str) -> Path:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    Interrupted runs and chapters running side by side therefore leave no torn file behind.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_atomically(Path(folder.name) / "new" / "line.txt", "one line").read_text()
    'one line'
    >>> folder.cleanup()
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        content = content.encode()
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())  # the name must not reach the disk before the content
        os.chmod(temporary, 0o644)  # mkstemp makes files private
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path
