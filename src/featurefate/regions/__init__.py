"""Fine-tuned models as points in weight space: their clusters, and the region that they span."""
