"""Figures written to files."""
