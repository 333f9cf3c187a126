"""python -m trustee STEP --dir DIR --meeting M"""

from __future__ import annotations

import sys

from trustee.command import main

sys.exit(main())
