"""The composition root: settings to adapters to pipeline; the one reader of the clock.

`installation` opens the store and what stands behind the ports. `polling`, `composing` and `sending` are what it does,
cut into tickets for the engine; `running` does them again and again. `queries` answers questions and changes nothing.
"""

from digest.app.installation import Installation, SystemClock
from digest.settings.files.folders import state_folder

__all__ = ["Installation", "SystemClock", "state_folder"]
