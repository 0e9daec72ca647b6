"""Django's PostgreSQL, as DATABASES names it."""
