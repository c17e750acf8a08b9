"""Networks that turn images into features: where they come from, and how they are run."""
