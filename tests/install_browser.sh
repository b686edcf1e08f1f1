#!/usr/bin/env bash
# Finds a Chromium for the browser tests, or installs the distribution's.
set -euo pipefail
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if ! command -v apt-get >/dev/null; then
  echo "The browser tests need Chromium on PATH: install it with your package manager and run again." >&2
  exit 1
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then sudo=sudo; fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null ||
  $sudo apt-get install -y -qq --no-install-recommends chromium >/dev/null
