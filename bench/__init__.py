"""Programs that measure and stress Upheld; run them with `python -m bench.<name>`."""
