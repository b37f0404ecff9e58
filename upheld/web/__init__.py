"""Pages: what people see and do. Each view fetches through the viewer's rights, calls one verb, and renders."""
