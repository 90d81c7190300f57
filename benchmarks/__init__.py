"""What Vitrail costs, as ratios within one run: `python -m benchmarks --size tiny|small|full`."""

# Before Arrow, as users import it: it tells Arrow where to take memory from.
import vitrail  # noqa: F401
