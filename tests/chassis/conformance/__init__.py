"""What every implementation of a port must do; the tests beside this folder run it against memory and the real servers."""
