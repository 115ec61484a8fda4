"""The measuring bench on rendered people: which clips, their poses, what is compared, and the report."""
