"""The table `[llm]`: a language model that chooses or writes summary lines. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from digest.settings.core.keys import Key, table
from digest.settings.core.locations import WEB, is_private_host
from digest.settings.core.mistakes import Mistake
from digest.settings.core.shape import LlmMode, LlmSettings
from digest.settings.core.tables import Table
from digest.settings.core.values import SECRET, TEXT, choice, duration, whole

#: More in one run is not a digest.
MAX_CALLS = 10_000
MAX_TOKENS = 10_000_000
#: A digest that waits longer for its lines is late.
MAX_TIME = timedelta(minutes=30)

KEYS = (
    Key(
        name="base_url",
        reader=WEB,
        about="A service that speaks OpenAI's chat completions, up to and with /v1.",
        example='"https://llm.example.org/v1"',
        required=True,
    ),
    Key(name="model", reader=TEXT, about="The model, as the service calls it.", example='"small-1"', required=True),
    Key(
        name="mode",
        reader=choice(LlmMode),
        about="choose: it picks one of the text's own sentences. write: it may write one, which can be wrong.",
        example='"choose"',
    ),
    Key(
        name="key",
        reader=SECRET,
        about="Where the service's key is.",
        example='{ env = "LLM_KEY" }',
        default="the service asks for none",
    ),
    Key(
        name="calls",
        reader=whole(1, MAX_CALLS),
        about="The most calls in one run, one for each story that is told for the first time.",
        example="60",
    ),
    Key(
        name="time",
        reader=duration(timedelta(seconds=1), MAX_TIME),
        about="The longest that a run waits for all its lines together; then the rule's lines stand.",
        example='"60s"',
    ),
    Key(
        name="tokens",
        reader=whole(1, MAX_TOKENS),
        about="The most tokens that the calls of one run may cost, as the service counts them.",
        example="100000",
    ),
)


def _check(seen: Mapping[str, object]) -> list[Mistake]:
    """A key goes over no open line but a private one."""
    url = urlsplit(str(seen.get("base_url", "")))
    if "key" in seen and url.scheme == "http" and not is_private_host(url.hostname or ""):
        text = '"base_url" would show the key to everyone on the way: write https://'
        return [Mistake(text=text, path=("base_url",))]
    return []


LLM = Table(
    name="llm",
    about=(
        "A language model that may write summary lines. Without this table there is none, and lines are sentences "
        "of the stories' own. A line is refused that holds an address, or a number or a name that the story lacks; "
        "[editorial.md](editorial.md) tells more."
    ),
    keys=KEYS,
    settings=LlmSettings,
    reader=table(KEYS, LlmSettings, _check),
    optional=True,
)
