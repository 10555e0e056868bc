"""The command line: arguments, printing, exit codes; nothing else."""


def main() -> None:
    """Run the program."""
