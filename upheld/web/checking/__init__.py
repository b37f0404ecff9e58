"""Whether all is well, question by question; `upheld.web.health` puts them together."""
