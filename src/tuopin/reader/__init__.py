"""From the text of an article to its facts, by small named rules."""
