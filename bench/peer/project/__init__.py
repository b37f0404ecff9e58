"""The peer's Django project. These modules run in the peer's own environment and know nothing of ours."""
