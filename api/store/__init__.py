"""What is kept: the database, the sealed files beside it, and the words that search finds."""
