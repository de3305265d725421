"""Work in the background: the queue in the store, the workers, and what each kind of job does."""
