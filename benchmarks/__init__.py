"""What Vitrail costs, as ratios within one run: `python -m benchmarks --size tiny|small|full`."""
