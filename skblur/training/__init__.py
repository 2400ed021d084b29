"""How the shipped models are made, for anybody's own photographs too."""
