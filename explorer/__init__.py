"""Expert Explorer: when and where LLM representations align with humans."""

__version__ = "0.2.0"
