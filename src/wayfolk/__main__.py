"""`python -m wayfolk`: the command line."""

from wayfolk.commands.main import cli

if __name__ == "__main__":
    cli(prog_name="wayfolk")
