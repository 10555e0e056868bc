"""The composition root: settings to adapters to pipeline; the one reader of the clock.

`adapters` opens the store and what stands behind the ports; `work` cuts the work into tickets and runs it; `looking`
answers questions and changes nothing.
"""

from digest.app.adapters import SystemClock, state_folder
from digest.app.work import App, SendResult

__all__ = ["App", "SendResult", "SystemClock", "state_folder"]
