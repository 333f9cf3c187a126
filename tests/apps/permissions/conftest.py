"""Models can be imported by these tests; the database comes with a fixture."""

import django

django.setup()
