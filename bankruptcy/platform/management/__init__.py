"""Commands of the platform for manage.py."""
