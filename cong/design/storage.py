"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Hashed names once `cong assets` has run; the plain name before, so that tests need no build."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the hashed name when the manifest knows it."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))
