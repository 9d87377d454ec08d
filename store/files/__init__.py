"""Files on disk, whatever is in them."""
