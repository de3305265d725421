"""The pages for prosecutors, annotators and administrators, rendered on the server."""
