"""The catalogue: the agencies and procedures of a province, checked before publication, with the dates between which they hold."""
