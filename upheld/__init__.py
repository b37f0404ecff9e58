"""Upheld: customer service that keeps its word."""
