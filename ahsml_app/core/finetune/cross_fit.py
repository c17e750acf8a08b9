"""Fine-tuned features that no label of a sample has touched, and the scores that come from them.

A network that was trained on a sample has taken its label in, right or wrong, and would call it
right. So the labelled samples are parted in two halves, one network is tuned on each, and a
sample's features come from the network that was tuned on the other half. The features of two
networks cannot be compared, so each half is trained and scored for itself, with the same
cross-fitting as ever (adaptive extension, ours). A third network, tuned on all samples, gives the
embeddings and the model that are exported.
"""
