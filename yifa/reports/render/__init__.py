"""Renderers of a built report: docx (the formal output) and one self-contained HTML page."""
