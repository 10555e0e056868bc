"""An e-mail news digest bot: feeds in, one honest digest per subscriber out."""

__version__ = "0.1.0"
