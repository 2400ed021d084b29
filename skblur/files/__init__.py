"""What is on disk: names, folders, archives, files that are never half there."""
