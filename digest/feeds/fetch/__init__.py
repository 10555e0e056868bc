"""Fetching documents over HTTP: politely, within limits, and never to an address that is out of bounds."""
