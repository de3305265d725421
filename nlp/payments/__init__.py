"""Payments to a victim: who paid or did not, how much, to whom; the clauses that compensation is settled from."""
