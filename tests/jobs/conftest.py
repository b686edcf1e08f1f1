"""Every test here works in a cache folder of its own with the fake engine."""

from tests.support.workbench import bench as bench
