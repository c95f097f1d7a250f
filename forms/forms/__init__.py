"""The forms of a one-stop shop as PDF, and the signature on a result. Pure: no clock, no network, no state."""
