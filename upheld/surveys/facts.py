"""What happens to surveys, as facts: ids and closed words only."""

from __future__ import annotations
