"""What can be wrong with an artifact, said so that the reader knows what to do next."""


class ArtifactError(Exception):
    """An artifact cannot be used."""


class MissingArtifact(ArtifactError):
    """Nobody has written this artifact yet."""


class DamagedArtifact(ArtifactError):
    """A file of the artifact is not what its manifest says."""
