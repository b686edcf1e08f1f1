"""Bundles: runs, and what goes with them, as one file to be handed on."""
