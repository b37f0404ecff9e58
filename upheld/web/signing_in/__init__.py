"""The door: signing in is a library's work; here are only its look and the rule that nobody signs up by themselves."""
