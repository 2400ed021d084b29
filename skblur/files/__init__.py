"""What is on disk: folders, archives, files that are never half there."""
