"""Following features from model to model: correlation, partners, fates, floors, intervals."""
