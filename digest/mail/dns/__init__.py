"""What a sender's domain says about its mail. Two modules: the lookup, and the judgement of what it found."""
