"""Pictures for the screen: decoding, scaling and caching them."""
