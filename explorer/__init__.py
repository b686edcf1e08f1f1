"""Expert Explorer: when and where do LLM representations align with humans?"""

__version__ = "0.2.0"
"""Written into every file that the program makes."""
