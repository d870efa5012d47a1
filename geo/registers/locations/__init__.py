"""Where records are: those to be located, the queue for people, decisions and what they teach."""
