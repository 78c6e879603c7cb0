"""Sparse autoencoders at the MLP of each model: training, evaluation, encoding, feature cards."""
