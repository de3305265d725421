"""What people are asked about readings in doubt, what they answer, and the gold that comes of it."""
