"""Every test here works in a cache folder of its own with the fake engine."""

from tests.workbench import bench as bench
