"""What happens to findings, as facts: ids and closed words only."""

from __future__ import annotations
