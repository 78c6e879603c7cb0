"""The Fate of Features: following what language models know through fine-tuning and merging."""
