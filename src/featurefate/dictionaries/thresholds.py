"""From which r on a feature counts as found again.

Apart from `agreement`, so that the book's pages are made without loading torch.
"""

PAPER_THRESHOLD = 0.8  # of Horn & Elliott (2024, arXiv 2410.12391)
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)  # what a sweep asks for
