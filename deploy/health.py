"""Ends with 0 while the server of this machine is well: for a container's HEALTHCHECK
and for whatever else runs commands.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

PORT = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
BASE = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")


def main() -> int:
    """Print the answer of /api/health; 0 where its status is 200, else 1."""
    start = f"http://localhost:{PORT}{'/' * bool(BASE)}{BASE}"
    try:
        with urllib.request.urlopen(f"{start}/api/health", timeout=8) as answer:
            print(answer.read().decode())
            return 0
    except urllib.error.HTTPError as error:
        print(error.read().decode())
    except OSError as error:
        print(f"No answer: {error}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
