"""Insolvency: the Django project and its apps; `law` and `kinds` are pure."""
