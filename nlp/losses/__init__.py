"""What victims lost: sums where they are stated, whose each is, and what they add up to."""
