"""What a GPU computes and how fast, one file a question; `bench_gpu.py` asks."""
