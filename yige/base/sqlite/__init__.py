"""Django's SQLite backend with writers standing in line across processes."""
