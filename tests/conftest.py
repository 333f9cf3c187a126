"""For all tests: the embedded services, started only when a test asks for them."""

pytest_plugins = ["tests.embedded_plugin"]
