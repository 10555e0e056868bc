"""Long runs on damaged and made-up input: `python -m tests.fuzz NAME [--seconds N] [--seed N]`.

Not part of the suite, whose property tests are a short run of the same. A finding is kept there as an `@example`.
"""
