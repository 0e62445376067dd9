"""Runs the command line as `python -m narrator`."""

from narrator.cli.start import main

if __name__ == "__main__":  # worker processes import this file
    main()
