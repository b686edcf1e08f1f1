"""What is read and measured of the runs, as tables and records; no screen is known
here.
"""
