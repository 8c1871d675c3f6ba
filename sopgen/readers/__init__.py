"""Readers: bytes of one format into values with positions. They know the format, and nothing of what a workspace means."""
