"""What each kind of job does: a module with `KIND`, run by the worker."""
