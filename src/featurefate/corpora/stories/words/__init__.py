"""The words of the stories, by kind."""
