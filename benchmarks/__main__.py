"""Everything that is measured: quality where labelled cases are at hand, then speed and memory.

python -m benchmarks
"""

from __future__ import annotations

import sys

from benchmarks import quality, speed

if __name__ == "__main__":
    sys.exit(quality.main([]) or speed.main([]))
