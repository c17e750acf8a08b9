"""Image files and label tables: listing, decoding, hashing and reading them."""
