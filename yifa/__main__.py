"""`python -m yifa`."""

from yifa.cli.main import main

main()
