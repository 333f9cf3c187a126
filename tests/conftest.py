"""For all tests: the embedded services, started only when a test asks for them; who does what."""

pytest_plugins = ["tests.embedded_plugin", "tests.order"]
