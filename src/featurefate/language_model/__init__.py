"""The one-layer language model: architecture, training, evaluation, baselines, activations."""
