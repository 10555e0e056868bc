"""The composition root: settings to adapters to pipeline; the one reader of the clock.

`adapters` opens the store and what stands behind the ports; `work` cuts the work into tickets and runs it; `looking`
answers questions and changes nothing.
"""

from digest.app.adapters import SystemClock
from digest.app.work import App, SendResult
from digest.settings.files.folders import state_folder

__all__ = ["App", "SendResult", "SystemClock", "state_folder"]
