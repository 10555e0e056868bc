"""Text becomes entries: RSS, RDF, Atom, CDF and JSON Feed. Pure."""
