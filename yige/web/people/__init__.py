"""Pages of the administrators: organisations, posts, persons and their accounts."""
