"""What the sign-in pages, which are Django templates, need of ours."""
