"""Finds wrong labels with features of your own: here the pixels of handwritten digits.

Run it with `python docs/examples/own_features.py`.
"""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits

import ahsml_app

digits = load_digits()
rows = slice(0, 600)
features, true = digits.data[rows], digits.target[rows]

# Some labels are wrong, as they would be after a day of tired annotators.
random = np.random.default_rng(0)
wrong = random.choice(len(true), 60, replace=False)
labels = true.copy()
labels[wrong] = (labels[wrong] + random.integers(1, 10, len(wrong))) % 10

found = ahsml_app.find_label_errors(features, labels, seed=0, epochs=10)
low, best, high = found.expected_errors
suspects = found.suspects()
print(f"about {best:.0f} of {len(labels)} labels are wrong ({low:.0f} to {high:.0f})")
print(f"{len(suspects)} suspects, of which {np.isin(suspects, wrong).sum()} are wrong")
for row in found.scores.take(suspects[:5]).to_pylist():
    print(row["given_label"], "is rather", row["suggested_label"])

# The same as an estimator of scikit-learn, for features that come later.
model = ahsml_app.AHSML(epochs=10).fit(features, labels)
later, answers = digits.data[600:900], digits.target[600:900]
print(f"{np.mean(model.predict(later) == answers):.1%} of the next digits are recognised")
