"""How long features, training and fine-tuning take, and how long the window stands still."""
