"""The parts of benchmarks/load.py: a corpus that changes, readers, a Telegram that is watched, processes, figures."""
