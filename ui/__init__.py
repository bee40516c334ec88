"""Every way in for people: the command line, the pages, and the desk behind both."""

__all__ = ["__version__"]

__version__ = "0.1.0"
