"""The site as plain Markdown: View in, pages out. Read `site.py` first."""
