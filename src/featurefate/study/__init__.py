"""Running the study: profiles, chapters, one notebook at a time, headline numbers, provenance."""
