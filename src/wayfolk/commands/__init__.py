"""The command line `bin/wayfolk`. Translates arguments in, one domain call, words out."""
