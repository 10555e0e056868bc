"""The composition root: settings to adapters to pipeline; the one reader of the clock."""
