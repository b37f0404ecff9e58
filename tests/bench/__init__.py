"""The measuring programs are right before they are believed; the peer is not needed for that."""
