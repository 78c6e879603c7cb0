"""The Fate of Features: following the features of language models through fine-tuning and merging."""
