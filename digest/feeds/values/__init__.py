"""Single values of entries: titles, links, dates, languages, names, keys. Pure."""
