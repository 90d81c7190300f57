"""Where people and programs come in: the command line, and the only room that knows all the others."""
