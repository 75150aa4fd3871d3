"""The command line: what it prints, asks and watches."""
