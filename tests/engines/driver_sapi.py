"""A driver of pyttsx3 for tests."""

from tests.engines.drivers import Sapi as buildDriver  # noqa: F401 - what pyttsx3 calls
