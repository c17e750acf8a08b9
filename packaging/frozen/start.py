"""What the frozen program starts with."""

import sys

from ahsml_app.__main__ import main

sys.exit(main())
