"""The guide in the window, the tour, and what ties them to the rest."""
