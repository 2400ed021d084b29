"""What comes in and goes out: channels, light, scale, rows of flattened images, files."""
