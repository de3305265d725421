"""Who may do what: accounts, sessions, keys, rights, masking and the audit trail."""
