"""Models can be imported by these tests; the database comes with the fixture `database`."""

import django

django.setup()
