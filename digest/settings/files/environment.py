"""Environment variables over the files: `DIGEST__MAIL__SERVER=localhost` is `[mail] server`. Pure."""

from collections.abc import Mapping

from digest.errors import Problem
from digest.settings.core.values import Given
from digest.settings.tables.registry import OVERRIDABLE
from digest.text.suggestions import did_you_mean

PREFIX = "DIGEST__"


def apply_environment(
    tables: dict[str, dict[str, object]], environ: Mapping[str, str]
) -> tuple[dict[tuple[str, str], str], list[Problem]]:
    """Put the variables' values into `tables`. Which variable each key comes from, and what is wrong with others."""
    origins: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for variable in sorted(name for name in environ if name.startswith(PREFIX)):
        table, *keys = (part.lower() for part in variable.removeprefix(PREFIX).split("__"))
        if table not in OVERRIDABLE or not keys or not all(keys):
            known = table in OVERRIDABLE
            hint = "" if known else did_you_mean(table, OVERRIDABLE, otherwise=f"; tables are {', '.join(OVERRIDABLE)}")
            text = f"names no key of the configuration, such as DIGEST__MAIL__SERVER{hint}"
            problems.append(Problem(file=variable, line=0, column=0, text=text))
            continue
        inner = tables.setdefault(table, {})
        for key in keys[:-1]:
            deeper = inner.get(key)
            inner[key] = dict(deeper) if isinstance(deeper, dict) else {}
            inner = inner[key]  # type: ignore[assignment]
        inner[keys[-1]] = Given(environ[variable], variable)
        origins[table, keys[0]] = variable
    return origins, problems
