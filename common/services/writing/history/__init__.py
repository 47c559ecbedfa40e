"""Former versions of a text: listed, compared, restored."""
