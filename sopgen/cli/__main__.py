"""`python -m sopgen.cli`."""

import sys

from sopgen.cli import main

sys.exit(main())
